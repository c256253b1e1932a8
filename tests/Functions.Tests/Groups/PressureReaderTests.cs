using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Tests.Site;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Functions.Tests.Groups;

public sealed class PressureReaderTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly TestHost _host = shared.Host;

    [Theory]
    [InlineData("JobNumAware")]
    [InlineData("AllBackends")]
    public async Task Read_JobsThatRanAndRun_AreCountedAndTimed(string strategy)
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag);
        for (var i = 0; i < 3; i++)
            await _host.RunAsync(tag, strategy).TextAsync();
        engine.Hold();
        var held = Enumerable.Range(0, 2).Select(_ => _host.RunAsync(tag, strategy)).ToList();
        await engine.RunningAsync(2);

        var first = await ReadAsync(tag);
        await Soon.TrueAsync(async () => (await ReadAsync(tag)).Backends[0].RunTime > first.Backends[0].RunTime, "more time run");

        Assert.Equal((3L, 2), (first.Finished, first.Running));
        engine.LetAllGo();
        foreach (var job in held)
            await job.TextAsync();
        await Soon.TrueAsync(async () => (await ReadAsync(tag)).Finished == 5, "five ended jobs");
        var last = await ReadAsync(tag);
        Assert.Equal((0, TimeSpan.Zero), (last.Running, last.Backends[0].RunTime));
    }

    [Theory]
    [InlineData("JobNumAware")]
    [InlineData("AllBackends")]
    public async Task Read_RequestThatCouldNotBeSent_IsNoJob(string strategy)
    {
        var tag = _host.NewName();
        var engine = await _host.StartEngineAsync(tag);
        await engine.DisposeAsync();

        using var answer = await _host.RunAsync(tag, strategy);

        Assert.InRange((int)answer.StatusCode, 502, 503);
        var pressure = await ReadAsync(tag);
        Assert.Equal((0L, 0), (pressure.Finished, pressure.Running));
    }

    [Fact]
    public async Task Read_JobWhoseClientGoes_IsOneThatEnded()
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag);
        engine.Hold();
        using var client = new CancellationTokenSource();
        var job = _host.RunAsync(tag, cancellation: client.Token);
        await engine.RunningAsync(1);

        await client.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => job);
        await Soon.TrueAsync(async () => await ReadAsync(tag) is { Finished: 1, Running: 0 }, "the job to have ended");
    }

    [Fact]
    public async Task Read_EngineThatReports_SaysVersionAndIsNotSilent()
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag, TestProfiles.Reporting);
        engine.OnResource = context => context.Response.WriteAsync("""{"totalCores":8,"totalTasks":3,"totalUsedMemory":1,"totalMemory":4,"build":{"version":"2.4.1"}}""");

        await Soon.TrueAsync(async () => (await ReadAsync(tag)).Backends[0] is { Version: "2.4.1", EngineTasks: 3, IsSilent: false }, "the report");

        Assert.Equal((0.375, 0.25), (_host.Find(engine.Name)!.Sample!.CpuShare, _host.Find(engine.Name)!.Sample!.MemoryShare));
    }

    [Fact]
    public async Task Read_EngineThatStopsReporting_IsSilentOnceItsReportIsStale()
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag, TestProfiles.Forgetful);
        await Soon.TrueAsync(async () => (await ReadAsync(tag)).Backends[0].EngineTasks is not null, "a report");

        engine.OnResource = context =>
        {
            context.Response.StatusCode = 500;
            return Task.CompletedTask;
        };

        await Soon.TrueAsync(async () => (await ReadAsync(tag)).Backends[0] is { IsSilent: true, EngineTasks: null }, "silence");
        Assert.True((await ReadAsync(tag)).Backends[0].EngineTasksAge >= TimeSpan.FromMilliseconds(300));
    }

    private Task<Core.Scaling.Pressure> ReadAsync(string tag) => _host.Get<PressureReader>().ReadAsync(tag, default);
}
