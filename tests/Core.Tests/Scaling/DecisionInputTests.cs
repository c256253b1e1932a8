using ControlPlane.Core.Scaling;
using ControlPlane.Core.Tests.Scaling.Policies;
using static ControlPlane.Core.Tests.Scaling.Group;

namespace ControlPlane.Core.Tests.Scaling;

/// <summary>A decision says what it was made from, how old that was, and from when on there may be another.</summary>
public sealed class DecisionInputTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly GroupView Four = Of(1, 9, "serving 2", "serving 1", "serving", "serving");

    [Fact]
    public void Decide_Pressure_IsAnInputWithItsAge()
    {
        var view = Four.Queued(3) with { Now = Now.AddSeconds(7) };

        var (decision, _) = view.Wanting(4);

        Assert.Equal(new DecisionInput("pressure", 6, 7), Assert.Single(decision.Inputs!));
    }

    [Fact]
    public void Decide_PressureStaleOrInParts_SaysWhatIsMissing()
    {
        var view = Four.With(new() { PressureStaleAfter = Minute });
        view = view with { Now = Now + (Minute * 2), Pressure = view.Pressure with { Missing = ["router-2"] } };

        var (decision, _) = view.Wanting(4);

        Assert.Equal([new("pressure", null, 120), new("router-2", null, null)], decision.Inputs!);
    }

    [Fact]
    public void Decide_EngineIsSilent_IsAnInputThatIsMissing()
    {
        var silent = Four.Loaded((2, load => load with { IsSilent = true, EngineTasksAge = Minute }));

        var (decision, _) = silent.Wanting(4);

        Assert.Equal(new DecisionInput("load of demo-3", null, 60), decision.Inputs!.Single(input => input.Name != "pressure"));
    }

    [Fact]
    public void Decide_BootsLearned_AreInputs()
    {
        var (decision, _) = Four.ReadyFor(Minute).Wanting(4);

        Assert.Equal(["pressure", "boot-p50", "boot-p95"], decision.Inputs!.Select(input => input.Name));
        Assert.All(decision.Inputs!.Skip(1), input => Assert.Equal(60, input.AgeSeconds));
    }

    [Fact]
    public void Decide_WindowHolds_SaysWhenItEnds()
    {
        var view = Four.With(new() { StabilisationWindow = Minute });

        var (_, state) = view.Wanting(4);
        var (decision, _) = view.Later(state, Minute / 4).Wanting(2);

        var lastLook = Now + (Minute / 4) - view.Monitor.Period;
        Assert.Equal((4, lastLook + Minute), (decision.Desired, decision.NextIn));
    }

    [Fact]
    public void Decide_Paused_SaysWhenItEnds()
    {
        var (decision, _) = Four.With(new() { Pause = new(Now + Minute, "ops", "move") }).Wanting(6);

        Assert.Equal((Now + Minute, Now + Minute), (decision.NextOut, decision.NextIn));
    }

    [Fact]
    public void Decide_StartsFail_SaysWhenTheNextMayBe() =>
        Assert.Equal(Now + Minute, Four.Failed(2, Minute).Wanting(6).Decision.NextOut);

    [Fact]
    public void Decide_NothingInTheWay_SaysSo()
    {
        var (decision, _) = Four.Wanting(6);

        Assert.Equal((null, null), (decision.NextOut, decision.NextIn));
    }
}
