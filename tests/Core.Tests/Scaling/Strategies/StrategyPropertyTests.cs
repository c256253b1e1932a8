using System.Text.Json;
using ControlPlane.Core.Scaling;
using ControlPlane.Core.Scaling.Load;
using ControlPlane.Core.Scaling.Policies;
using ControlPlane.Core.Scaling.Strategies;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Core.Tests.Scaling.Strategies;

/// <summary>What holds of every strategy, with any policy, in any state of a group.</summary>
public sealed class StrategyPropertyTests
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(500);

    private static readonly Gen<ScalingPolicy> Policies =
        from outSeconds in Gen.Elements(0, 0, 60, 600)
        from inSeconds in Gen.Elements(0, 0, 60, 600)
        from step in Gen.Elements<int?>(null, 1, 2)
        from window in Gen.Elements(0, 0, 300)
        from holds in Gen.Elements(true, false)
        from kind in Gen.Elements(SignalKind.JobsPerInstance, SignalKind.QueueWait, SignalKind.Cpu)
        from hasSignal in Gen.Elements(true, false)
        select new ScalingPolicy
        {
            OutCooldown = TimeSpan.FromSeconds(outSeconds),
            InCooldown = TimeSpan.FromSeconds(inSeconds),
            MaxStepOut = step,
            MaxStepIn = step,
            StabilisationWindow = TimeSpan.FromSeconds(window),
            HoldsBreakEven = holds,
            Signals = hasSignal ? [new Signal { Name = "signal", Kind = kind, Target = kind == SignalKind.Cpu ? 0.7 : 2 }] : [],
        };

    private static readonly Gen<ScalingMemory> Memories =
        from demand in Gen.Choose(0, 40).ArrayOf()
        from boots in Gen.Choose(1, 600).ArrayOf()
        from wishes in Gen.Choose(0, 9).ArrayOf()
        from quarters in Gen.Choose(0, 40).ArrayOf(120)
        from error in Gen.Elements(0.0, 0.1, 0.5)
        select new ScalingMemory
        {
            Boots = new BootMemory { Seconds = [.. boots.Select(seconds => (double)seconds)] },
            Wishes = [.. wishes.Order().Reverse().Select((count, index) => new Wish(Group.Now.AddSeconds(index - 60), count))],
            Load = new LoadMemory
            {
                At = Group.Now.AddSeconds(-5),
                Minutes = [.. demand.Select(slots => (double)slots)],
                Season = new SeasonMemory
                {
                    Open = Group.Now.Ticks / TimeSpan.FromMinutes(15).Ticks,
                    Quarters = [.. quarters.Select(slots => (double)slots)],
                    Error = error,
                    Compared = 50,
                },
            },
        };

    private static readonly Gen<GroupView> Views =
        from view in GroupGenerator.View
        from policy in Policies
        from memory in Memories
        from cpu in Gen.Elements<double?>(null, 0, 0.5, 1, 2)
        from protectedOnes in Gen.Choose(0, 255)
        select view with
        {
            Monitor = view.Monitor with { Policy = policy, IsRemoving = false },
            State = view.State with { Memory = memory },
            Readings = cpu is null ? [] : [new SignalReading("signal", cpu, Group.Now)],
            Pressure = view.Pressure with
            {
                Backends = [.. view.Pressure.Backends.Select((backend, index) => backend with { IsProtected = ((protectedOnes >> index) & 1) == 1 })],
            },
        };

    public static TheoryData<string> Names => [.. AllocateStrategies.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Decide_AnyGroup_KeepsEveryRuleOfThePlanner(string name) =>
        Holds(name, (view, decision, next) => !PlannerRules.Broken(view, decision, next).Any(rule => rule != "samples stay until something is done"));

    [Theory]
    [MemberData(nameof(Names))]
    public void Decide_AnyGroup_StaysWithinTheBounds(string name) =>
        Holds(name, (view, decision, _) =>
            (decision.Start.Count == 0 || view.Current + view.Leaving + decision.Start.Count <= view.Monitor.Max)
            && (decision.Action != ScalingAction.Shrink || decision.Desired >= view.Monitor.Min));

    [Theory]
    [MemberData(nameof(Names))]
    public void Decide_InputMissing_NeverShrinks(string name) =>
        Prop.ForAll(Views.ToArbitrary(), view =>
        {
            var blind = view with { Pressure = view.Pressure with { Missing = ["router"] } };

            var (decision, _) = Planner.Decide(blind, AllocateStrategies.Find(name)!);

            // Over the maximum it shrinks: that needs no data.
            return decision.Action != ScalingAction.Shrink || view.Base > view.Monitor.Max;
        }).Check(Thorough);

    [Theory]
    [MemberData(nameof(Names))]
    public void Decide_Protected_NeverLeave(string name) =>
        Holds(name, (view, decision, _) => !decision.Retire.Except(view.Broken.Keys)
            .Intersect(view.Pressure.Backends.Where(backend => backend.IsProtected).Select(backend => backend.Name)).Any());

    [Theory]
    [MemberData(nameof(Names))]
    public void Decide_SameGroupInAnyOrder_DecidesTheSame(string name) =>
        Prop.ForAll(Views.ToArbitrary(), view =>
        {
            var shuffled = view with { Instances = [.. view.Instances.Reverse()] };

            return Text(view, name) == Text(view, name) && Text(view, name) == Text(shuffled, name);
        }).Check(Thorough);

    [Fact]
    public void Propose_Predictive_NeverAsksForLessThanSloSlack() =>
        Prop.ForAll(Views.ToArbitrary(), view => new Predictive().Propose(view).Count >= new SloSlack().Propose(view).Count).Check(Thorough);

    [Fact]
    public void Propose_ForecastsWrong_AreNotFollowed() =>
        Prop.ForAll(Views.ToArbitrary(), view =>
        {
            var load = view.Memory.Load!;
            var wrong = view with { State = view.State with { Memory = view.Memory with { Load = load with { Season = load.Season! with { Error = 0.5 } } } } };

            return new Predictive().Propose(wrong).Count == new SloSlack().Propose(wrong).Count;
        }).Check(Thorough);

    private static void Holds(string name, PlannerRules.Rule rule) =>
        Prop.ForAll(Views.ToArbitrary(), view =>
        {
            var (decision, next) = Planner.Decide(view, AllocateStrategies.Find(name)!);

            return rule(view, decision, next);
        }).Check(Thorough);

    private static string Text(GroupView view, string name)
    {
        var (decision, next) = Planner.Decide(view, AllocateStrategies.Find(name)!);
        return JsonSerializer.Serialize(decision) + JsonSerializer.Serialize(next);
    }
}
