using ControlPlane.FunctionsHost.Durable;
using ControlPlane.TestKit;
using Newtonsoft.Json.Linq;
using Xunit.Abstractions;

namespace ControlPlane.FunctionsHost.RealHandler.Upgrades;

/// <summary>A group and its database are upgraded under the Functions host, while clients write.</summary>
public sealed class UpgradeTests(ITestOutputHelper output)
{
    [PostgresTheory]
    [InlineData("blueGreenCold")]
    [InlineData("blueGreenWarm")]
    public async Task Upgrade_UnderTheHost_LosesNothing(string mode)
    {
        await using var lab = await UpgradeLab.OpenAsync(options => options);

        var end = await lab.EndAsync(await lab.UpgradeAsync(mode));

        Check(end, "Succeeded");
        Assert.Empty(lab.Clients.Failures);
        Assert.Empty(lab.Sites[0].Host.Notes.Complaints);
    }

    [PostgresFact]
    public async Task Upgrade_DeliveriesAtLeastOnce_LosesNothing()
    {
        var seed = Seed.Take(output);
        await using var lab = await UpgradeLab.OpenAsync(options => options with
        {
            Fate = new SeededFate(seed) { RepeatedTurns = 15, RepeatedActivities = 8, Reorderings = 30 },
        });

        var end = await lab.EndAsync(await lab.UpgradeAsync("blueGreenWarm"));

        Check(end, "Succeeded");
        Assert.Empty(lab.Clients.Failures);
    }

    [PostgresFact]
    public async Task Upgrade_HandlerKilledTwice_OneSideServesWhole()
    {
        var seed = Seed.Take(output);
        await using var lab = await UpgradeLab.OpenAsync(options => options with { Fate = new KillsOfAttempts(seed) });

        var end = await lab.EndAsync(await lab.UpgradeAsync("blueGreenCold"), seconds: 180);

        Check(end, "Succeeded", "Returned");
        Assert.True(lab.Sites[0].Host.Worker.Starts > 1, $"nothing was killed, seed {seed}");
    }

    /// <summary>
    /// Each of the two hosts has a task hub of its own, so that both carry the same upgrade on: worse than one hub whose
    /// activities run now here, now there.
    /// </summary>
    [PostgresTheory]
    [InlineData("blueGreenCold")]
    [InlineData("blueGreenWarm")]
    public async Task Upgrade_TwoProcessesAtIt_LosesNothing(string mode)
    {
        await using var lab = await UpgradeLab.OpenAsync(options => options, options => options);

        var end = await lab.EndAsync(await lab.UpgradeAsync(mode), seconds: 120);

        Check(end, "Succeeded");
        Assert.Empty(lab.Clients.Failures);
        Assert.All(lab.Sites, site => Assert.Contains(site.Host.Hub.Instances, instance => instance.Name == "UpgradeGroup"));
    }

    private void Check(JObject end, params string[] phases)
    {
        var steps = end["steps"]!.Select(step => $"{step["step"]} {((DateTimeOffset?)step["until"] - (DateTimeOffset)step["since"]!)?.TotalSeconds:0.0} s");
        output.WriteLine($"{end["phase"]} {end["reason"]}: {string.Join(", ", steps)}; held for {end["measures"]!["longestHeld"]} at most");
        Assert.Contains((string)end["phase"]!, phases);
    }
}
