using ControlPlane.FunctionsHost.Durable;
using ControlPlane.TestKit;
using Xunit.Abstractions;

namespace ControlPlane.FunctionsHost.RealHandler.Upgrades;

/// <summary>A group and its database are upgraded under the Functions host, while clients write.</summary>
public sealed class UpgradeTests(ITestOutputHelper output)
{
    [PostgresFact]
    public async Task Upgrade_UnderTheHost_LosesNothing()
    {
        await using var lab = await UpgradeLab.OpenAsync(options => options);

        var end = await lab.EndAsync(await lab.UpgradeAsync("blueGreenWarm"));

        end.Ended(output, "Succeeded");
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

        var end = await lab.EndAsync(await lab.UpgradeAsync("blueGreenCold"));

        end.Ended(output, "Succeeded");
        Assert.Empty(lab.Clients.Failures);
    }

    [PostgresFact]
    public async Task Upgrade_HandlerKilledTwice_OneSideServesWhole()
    {
        var seed = Seed.Take(output);
        await using var lab = await UpgradeLab.OpenAsync(options => options with { Fate = new KillsOfAttempts(seed) });

        var end = await lab.EndAsync(await lab.UpgradeAsync("blueGreenCold"), seconds: 240);

        end.Ended(output, "Succeeded", "Returned");
        Assert.True(lab.Sites[0].Host.Worker.Starts > 1, $"nothing was killed, seed {seed}");
    }
}
