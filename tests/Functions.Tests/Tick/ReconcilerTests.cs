using ControlPlane.Core.Instances;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Tests.Groups;
using ControlPlane.Functions.Tick;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Tests.Tick;

/// <summary>What becomes of instances whose monitor is gone.</summary>
public sealed class ReconcilerTests
{
    [Fact]
    public async Task Run_MonitorIsGone_InstanceMayFinishItsJobs()
    {
        await using var site = await QuietSite.StartAsync();
        await site.AddInstanceAsync("gone");

        await site.Get<Reconciler>().RunAsync(CancellationToken.None);

        var instance = await site.FindInstanceAsync();
        Assert.Equal((InstancePhase.Retiring, TimeSpan.FromMinutes(5)), (instance.Phase, instance.DrainDeadline));
    }

    [Fact]
    public async Task Run_MonitorIsAddedMeanwhile_InstanceStays()
    {
        await using var site = await QuietSite.StartAsync();
        await site.AddInstanceAsync("late");
        var monitors = site.Get<Registry<Monitor>>();
        var late = (await monitors.FindAsync("w"))!.Value with { Name = "late", Tag = "late" };
        site.Store.BeforeNextListOfAll(() => monitors.AddAsync(late));

        await site.Get<Reconciler>().RunAsync(CancellationToken.None);

        Assert.NotNull(await monitors.FindAsync("late"));
        Assert.Equal(InstancePhase.Running, (await site.FindInstanceAsync()).Phase);
    }
}
