using ControlPlane.FunctionsHost.Durable;
using ControlPlane.FunctionsHost.Management;
using ControlPlane.FunctionsHost.Tests;
using ControlPlane.TestKit;
using Xunit.Abstractions;

namespace ControlPlane.FunctionsHost.RealHandler;

/// <summary>The main scenario with real engines: register, route, grow, shrink; and what happens when things break.</summary>
public sealed class ScenarioTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Group_GrowsServesAndShrinks()
    {
        await using var site = await RealSite.ServeAsync();
        await site.AddMonitorAsync("g", 1, 2);
        await site.ReadyAsync("g", 1, "at first");

        await using (var load = Load.Begin(site.Client, "g", clients: 8))
            await site.ReadyAsync("g", 2, "under load");
        await site.ReadyAsync("g", 1, "when calm");

        using var answer = await Load.RunAsync(site.Client, "g");
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        Assert.Empty(site.Host.Notes.Complaints);
    }

    [Fact]
    public async Task Deliveries_AtLeastOnce_GiveTheSameGroup()
    {
        var seed = Seed.Take(output);
        await using var site = await RealSite.ServeAsync(options => options with
        {
            Fate = new SeededFate(seed) { RepeatedTurns = 15, RepeatedActivities = 8, Reorderings = 30 },
        });
        await site.AddMonitorAsync("g", 2, 3);

        await site.ReadyAsync("g", 2, $"seed {seed}");

        Assert.Empty(site.Host.Notes.Complaints);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Handler_KilledAtWork_TheGroupComesBack(bool inTurns)
    {
        var seed = Seed.Take(output);
        var kills = new BoundedKills(seed, inTurns, most: 2);
        await using var site = await RealSite.ServeAsync(options => options with { Fate = kills });
        await site.AddMonitorDespiteKillsAsync("g", 2, 3);

        // The watch goes on looking, so its turn to be killed comes.
        await Wait.UntilAsync(() => site.Host.Worker.Starts > 1, () => $"a kill, seed {seed}", seconds: 60);
        await site.ReadyAsync("g", 2, $"seed {seed}", seconds: 180);

        Assert.False(site.Host.Worker.HostStopped.IsCompleted);
    }

    [Theory]
    [InlineData(ManagementReach.Unauthorized)]
    [InlineData(ManagementReach.Forbidden)]
    [InlineData(ManagementReach.LoginPage)]
    [InlineData(ManagementReach.Hangs)]
    [InlineData(ManagementReach.Reset)]
    [InlineData(ManagementReach.Refused)]
    public async Task ManagementApi_ThatCannotBeReached_IsReplacedByTheSidecar(ManagementReach reach)
    {
        await using var site = await RealSite.ServeAsync();
        site.Host.Reach = reach;

        await site.AddMonitorAsync("g", 1, 1);

        await site.ReadyAsync("g", 1, $"{reach}");
        Assert.Contains("StartInstance", site.Host.SidecarCalls);
    }

    [Fact]
    public async Task OlderExtension_RunsTheSameScenario()
    {
        await using var site = await RealSite.ServeAsync(options => options with { Extension = ExtensionVersion.E24, IsNewHost = false });
        await site.AddMonitorAsync("g", 1, 1);

        await site.ReadyAsync("g", 1, "with the older extension");

        Assert.Empty(site.Host.Notes.Complaints);
    }
}
