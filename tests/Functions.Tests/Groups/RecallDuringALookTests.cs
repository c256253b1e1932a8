using ControlPlane.Core.Instances;
using ControlPlane.Functions.Activities;
using ControlPlane.Functions.Orchestrations;

namespace ControlPlane.Functions.Tests.Groups;

/// <summary>Another group asks for an instance's slot while a look at its own group decides that it leaves.</summary>
public sealed class RecallDuringALookTests
{
    [Fact]
    public async Task Evaluate_SlotIsAskedForMeanwhile_ItsTimeIsKept()
    {
        await using var site = await QuietSite.StartAsync();
        var instance = await site.AddInstanceAsync("w");
        var by = site.Time.GetUtcNow() + TimeSpan.FromMinutes(1);
        site.Store.BeforeNextCommit(() => site.Groups.ChangeInstanceAsync(
            QuietSite.Tag, instance.Name, row => row with { Phase = InstancePhase.Retiring, RecallBy = by }, CancellationToken.None));

        await site.Get<EvaluateGroup>().RunAsync(new WatchInput("w", QuietSite.Tag), CancellationToken.None);

        var left = await site.FindInstanceAsync();
        Assert.Equal((InstancePhase.Retiring, by), (left.Phase, left.RecallBy));
    }
}
