using ControlPlane.Core.Scaling;
using ControlPlane.Core.Scaling.Strategies;
using static ControlPlane.Core.Tests.Scaling.Group;

namespace ControlPlane.Core.Tests.Scaling.Policies;

/// <summary>An engine that should report its load and does not may run jobs that nobody else knows of.</summary>
public sealed class SilentEngineTests
{
    private static readonly GroupView View = Of(0, 8, "serving", "serving", "serving", "serving")
        .Loaded((2, load => load with { IsSilent = true, EngineTasksAge = TimeSpan.FromSeconds(30) }));

    [Fact]
    public void Decide_OneIsSilent_DoesNotShrinkAndSaysWhoAndHowLong()
    {
        var (decision, _) = View.Wanting(1);

        Assert.Empty(decision.Retire);
        Assert.Contains("the load of demo-3 (last read 30 s ago)", decision.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_OneIsSilent_StillGrows() => Assert.Equal(6, View.Wanting(6).Decision.Desired);

    [Fact]
    public void Decide_OneThatDoesNotServeIsSilent_Shrinks() => Assert.Equal(
        2,
        Of(0, 8, "serving", "serving", "serving", "unhealthy").Loaded((3, load => load with { IsSilent = true })).Wanting(2).Decision.Desired);

    [Fact]
    public void Propose_OneIsSilent_TheLoadIsStillLearned()
    {
        var later = View.Later(new SloSlack().Propose(View) is { } first ? View.State with { Memory = new() { Load = first.Load } } : View.State, TimeSpan.FromSeconds(30));

        var load = new SloSlack().Propose(later).Load!;

        Assert.Equal(later.Pressure.At, load.At);
    }

    [Fact]
    public void Decide_ARouterIsOverdue_DoesNotShrinkAndLearnsNothing()
    {
        var view = View with { Pressure = View.Pressure with { Missing = ["router 3f"], Backends = Of(0, 8, "serving", "serving").Pressure.Backends } };

        var (decision, _) = view.Wanting(1);

        Assert.Empty(decision.Retire);
        Assert.Contains("router 3f", decision.Reason, StringComparison.Ordinal);
        Assert.Null(new SloSlack().Propose(view).Load);
    }
}
