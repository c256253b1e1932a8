using System.Net;
using ControlPlane.Functions.Tests.Site;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Functions.Tests.Health;

/// <summary>ResourceAware goes by reports; an engine whose report fails is never preferred for it.</summary>
public class LoadReportTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly TestHost _host = shared.Host;

    public static TheoryData<string> Failures => ["error", "hang", "no json", "no object", "missing member", "text for a number", "too long", "broken off", "endless"];

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task PeerDefect01_ReportFails_IsNeverPreferred(string failure)
    {
        var tag = _host.NewName();
        await using var bad = await FakeEngine.StartAsync(_host.NewName("b"));
        bad.OnResource = context => FailAsync(context, failure);
        await _host.AddAsync(bad, tag, TestProfiles.Reporting);
        await using var good = await _host.StartEngineAsync(tag, TestProfiles.Reporting);
        good.OnResource = context => context.Response.WriteAsync("""{"totalCores":1,"totalTasks":1,"totalUsedMemory":1,"totalMemory":1}""");
        await ReportedAsync(good);
        await Soon.TrueAsync(() => bad.ResourceAsks >= 2, "two asks of the failing engine, so that one has failed");

        var answers = await InTurnAsync(tag, 10);

        Assert.All(answers, answer => Assert.Equal($"\"{good.Name}\"", answer));
        Assert.Empty(bad.Runs);
    }

    [Fact]
    public async Task PeerDefect01_ReportStopsWorking_ItsLastGoodOneCountsNoMore()
    {
        var tag = _host.NewName();
        await using var turning = await _host.StartEngineAsync(tag, TestProfiles.Reporting);
        await using var good = await _host.StartEngineAsync(tag, TestProfiles.Reporting);
        good.OnResource = context => context.Response.WriteAsync("""{"totalCores":2,"totalTasks":1,"totalUsedMemory":1,"totalMemory":1}""");
        await ReportedAsync(good);
        await ReportedAsync(turning);
        Assert.Equal($"\"{turning.Name}\"", Assert.Single(await InTurnAsync(tag, 1)));

        turning.OnResource = context => FailAsync(context, "error");
        var asks = turning.ResourceAsks;
        await Soon.TrueAsync(() => turning.ResourceAsks >= asks + 3, "three failed reports");

        Assert.All(await InTurnAsync(tag, 10), answer => Assert.Equal($"\"{good.Name}\"", answer));
    }

    [Fact]
    public async Task ReportsWork_MostFreeCoresGetsTheJob()
    {
        var tag = _host.NewName();
        var engines = new List<FakeEngine>();
        foreach (var tasks in (int[])[5, 1, 3])
        {
            var engine = await _host.StartEngineAsync(tag, TestProfiles.Reporting);
            engine.OnResource = context => context.Response.WriteAsync($$"""{"totalCores":64,"totalTasks":{{tasks}},"totalUsedMemory":1,"totalMemory":1}""");
            engines.Add(engine);
            await ReportedAsync(engine);
        }

        Assert.All(await InTurnAsync(tag, 5), answer => Assert.Equal($"\"{engines[1].Name}\"", answer));
        foreach (var engine in engines)
            await engine.DisposeAsync();
    }

    [Fact]
    public async Task NoReportsAtAll_FewestJobsDecide()
    {
        var tag = _host.NewName();
        await using var one = await _host.StartEngineAsync(tag);
        await using var two = await _host.StartEngineAsync(tag);

        await InTurnAsync(tag, 10);

        Assert.Equal((5, 5), (one.Runs.Count, two.Runs.Count));
    }

    [Fact]
    public async Task PeerDefect03_PeerDefect04_ReportHangs_NoRequestWaitsForIt()
    {
        var tag = _host.NewName();
        await using var hanging = await FakeEngine.StartAsync(_host.NewName("b"));
        hanging.OnResource = context => FailAsync(context, "hang");
        await _host.AddAsync(hanging, tag, TestProfiles.Reporting);
        await Soon.TrueAsync(() => hanging.ResourceAsks >= 1, "the first ask, which hangs");

        var answers = await InTurnAsync(tag, 20);

        Assert.All(answers, answer => Assert.Equal($"\"{hanging.Name}\"", answer));
        Assert.InRange(hanging.ResourceAsks, 1, 10);
    }

    private static async Task FailAsync(HttpContext context, string failure)
    {
        switch (failure)
        {
            case "error":
                context.Response.StatusCode = (int)HttpStatusCode.InternalServerError;
                await context.Response.WriteAsync("""{"totalCores":64,"totalTasks":0,"totalUsedMemory":0,"totalMemory":1}""");
                return;
            case "hang":
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return;
            case "broken off":
                context.Response.ContentLength = 1000;
                await context.Response.WriteAsync("""{"totalCores":64""");
                context.Abort();
                return;
            case "endless":
                while (!context.RequestAborted.IsCancellationRequested)
                    await context.Response.WriteAsync(new string(' ', 64 * 1024), context.RequestAborted);
                return;
            default:
                await context.Response.WriteAsync(failure switch
                {
                    "no json" => "64",
                    "no object" => "[64]",
                    "missing member" => """{"totalCores":64}""",
                    "text for a number" => """{"totalCores":"64","totalTasks":"0"}""",
                    _ => """{"totalCores":64,"totalTasks":0,"more":" """ + new string('x', 1_000_000) + "\"}",
                });
                return;
        }
    }

    private async Task<IReadOnlyList<string>> InTurnAsync(string tag, int count)
    {
        var answers = new List<string>();
        for (var i = 0; i < count; i++)
            answers.Add(await _host.RunAsync(tag, "ResourceAwareStrategy").TextAsync());
        return answers;
    }

    /// <summary>Waits for a report that began after now.</summary>
    private async Task ReportedAsync(FakeEngine engine)
    {
        var asks = engine.ResourceAsks;
        await Soon.TrueAsync(
            () => engine.ResourceAsks >= asks + 2 && _host.Find(engine.Name)!.Sample is not null, $"a report of {engine.Name} that the router has read");
    }
}
