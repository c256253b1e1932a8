using ControlPlane.FunctionsHost.Tests;
using ControlPlane.TestKit;
using Xunit.Abstractions;

namespace ControlPlane.FunctionsHost.RealHandler.Upgrades;

/// <summary>The same with two processes. Each has a task hub of its own, so that both carry the same upgrade on, and get into each other's way.</summary>
public sealed class SeveralProcessesTests(ITestOutputHelper output)
{
    [PostgresTheory]
    [InlineData("blueGreenCold")]
    [InlineData("blueGreenWarm")]
    public async Task Upgrade_BothAtIt_LosesNothing(string mode)
    {
        await using var lab = await UpgradeLab.OpenAsync(options => options, options => options);
        var upgrade = await lab.UpgradeAsync(mode);
        await lab.Sites[1].Host.FireTimerAsync("Tick");

        var end = await lab.EndAsync(upgrade, seconds: 120);

        end.Ended(output, "Succeeded");
        Assert.Empty(lab.Clients.Failures);
        Assert.All(lab.Sites, site => Assert.Contains(site.Host.Hub.Instances, instance => instance.Name == "UpgradeGroup"));
    }

    /// <summary>One process is in the middle of the backup when no more attempts come to it: all go to the other.</summary>
    [PostgresFact]
    public async Task Upgrade_ProcessOfTheBackupGetsNoMoreAttempts_GoesOn()
    {
        await using var lab = await UpgradeLab.OpenAsync(options => options with { RunsTimers = false }, options => options with { RunsTimers = false });
        string upgrade;
        await using (await lab.LockAsync())
        {
            upgrade = await lab.UpgradeAsync("blueGreenCold");
            await Wait.UntilAsync(async () => await lab.IsBackingUpAsync(), () => $"a backup that waits for the lock\n{lab.Describe()}");
            lab.Sites[0].Host.Terminate($"upgrade:{upgrade}", "\"a test\"");
            await lab.Sites[1].Host.FireTimerAsync("Tick");
            await Wait.UntilAsync(
                () => lab.Sites[1].Host.Hub.Find($"upgrade:{upgrade}")?.History.Count(item => item.TaskCompleted is not null) > 2,
                () => $"attempts by the other process\n{lab.Describe()}");
        }

        var end = await lab.EndAsync(upgrade, seconds: 120);

        end.Ended(output, "Succeeded");
        Assert.Empty(lab.Clients.Failures);
    }
}
