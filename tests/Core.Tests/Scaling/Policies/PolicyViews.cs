using ControlPlane.Core.Scaling;
using ControlPlane.Core.Scaling.Policies;
using ControlPlane.Core.Scaling.Strategies;

namespace ControlPlane.Core.Tests.Scaling.Policies;

/// <summary>Puts policies on groups, and a strategy that wants what it is told.</summary>
internal static class PolicyViews
{
    public static GroupView With(this GroupView view, ScalingPolicy policy) => view with { Monitor = view.Monitor with { Policy = policy } };

    public static GroupView Asked(this GroupView view, params Demand[] demands) => view with { Demands = demands };

    public static (Decision Decision, GroupState State) Wanting(this GroupView view, int count) => Planner.Decide(view, new Fixed(count));

    /// <summary>The first instances have been ready for so long, and the clock of the group has moved on.</summary>
    public static GroupView ReadyFor(this GroupView view, TimeSpan time) => view with
    {
        Instances = [.. view.Instances.Select(instance => instance with { ReadyAt = view.Now - time })],
    };

    public static GroupView Later(this GroupView view, GroupState state, TimeSpan time) => view with
    {
        State = state,
        Now = view.Now + time,
        Pressure = view.Pressure with { At = view.Now + time },
    };

    /// <summary>Changes what is known of the load of some members.</summary>
    public static GroupView Loaded(this GroupView view, params (int Index, Func<InstanceLoad, InstanceLoad> Change)[] changes)
    {
        var backends = view.Pressure.Backends.ToList();
        foreach (var (index, change) in changes)
            backends[index] = change(backends[index]);
        return view with { Pressure = view.Pressure with { Backends = backends } };
    }

    private sealed class Fixed(int count) : IAllocateStrategy
    {
        public string Name => "Fixed";

        public Proposal Propose(GroupView group) => new(count, "fixed", $"{count} are wanted", "");
    }
}
