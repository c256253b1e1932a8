using ControlPlane.EndToEnd.Machine;

namespace ControlPlane.EndToEnd.Starting;

public sealed class StopTests
{
    private const double SecondsToStop = 10;

    public enum Way
    {
        Sigterm,
        CtrlC,
    }

    [Theory]
    [InlineData(Way.Sigterm)]
    [InlineData(Way.CtrlC)]
    public async Task Stop_EndsWithZeroAndItsInstancesEndToo(Way way)
    {
        await using var site = await Site.ServeAsync("stop");
        await site.Client.AddMonitorAsync(new("g", "g", 2, 2));
        await Convergence.ReachAsync(site, "g", 2);
        var owner = site.State.Owner;

        await StopAsync(site, way);

        Assert.Equal(0, await site.Life.EndAsync(SecondsToStop));
        Assert.Equal("", site.Life.Errors);
        Assert.Empty(ProcessTable.EnginesOf(owner));
        await site.StartAsync();
        await Convergence.ReachAsync(site, "g", 2);
    }

    [Theory]
    [InlineData(Way.Sigterm)]
    [InlineData(Way.CtrlC)]
    public async Task Stop_KeepingInstances_TheyServeOnAndTheNextStartTakesThemOver(Way way)
    {
        await using var site = await Site.ServeAsync("keep", "--keep-instances");
        await site.Client.AddMonitorAsync(new("g", "g", 2, 2));
        await Convergence.ReachAsync(site, "g", 2);
        var before = site.Engines();

        await StopAsync(site, way);

        Assert.Equal(0, await site.Life.EndAsync(SecondsToStop));
        Assert.All(await Task.WhenAll(before.Select(engine => site.Client.GetAsync(engine.Url + "/health/readiness"))), answer => Assert.True(answer.IsWell));
        await site.StartAsync();
        await Convergence.ReachAsync(site, "g", 2);
        Assert.Equal(before.OrderBy(engine => engine.Pid), site.Engines().OrderBy(engine => engine.Pid));
    }

    [Fact]
    public async Task Stop_WithARequestRunning_AnswersItFirst()
    {
        await using var site = await Site.ServeAsync("finish");
        await site.Client.AddMonitorAsync(new("g", "g", 1, 1));
        await Convergence.ReachAsync(site, "g", 1);
        var running = site.Client.RunAsync("g", Profiles.Script(5000));
        await Eventually.TrueAsync(async () => (await site.Client.ListBackendsAsync())[0].InFlight == 1, "the job in flight");

        await StopAsync(site, Way.Sigterm);

        Assert.True((await running).IsWell);
        Assert.Equal(0, await site.Life.EndAsync(SecondsToStop));
    }

    private static Task StopAsync(Site site, Way way) => way == Way.CtrlC ? site.Life.InterruptGroupAsync() : site.Life.TerminateAsync();
}
