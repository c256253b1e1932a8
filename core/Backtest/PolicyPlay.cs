using ControlPlane.Core.Scaling;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Core.Backtest;

/// <summary>What would have come of one policy on a load.</summary>
public sealed record PolicyPlay
{
    /// <summary>The monitor as it was played.</summary>
    public required Monitor Monitor { get; init; }

    /// <summary>What it came to.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>The first decisions that changed the group.</summary>
    public required IReadOnlyList<Decision> Actions { get; init; }

    /// <summary>What the policy has that was not played.</summary>
    public required IReadOnlyList<string> NotReplayed { get; init; }

    /// <summary>Plays a policy. The same input gives the same figures.</summary>
    /// <param name="monitor">The policy.</param>
    /// <param name="workload">The load.</param>
    /// <param name="setting">The world.</param>
    /// <param name="startWith">Instances that serve at the beginning.</param>
    /// <param name="keptActions">How many actions to keep.</param>
    /// <param name="cancellation">Ends it between two steps.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static PolicyPlay Run(
        Monitor monitor, Workload workload, Setting setting, int startWith, int keptActions, CancellationToken cancellation = default)
    {
        var replayed = ReplayedPolicy.Of(monitor);
        var contender = new PlannerContender(replayed.Monitor, workload, setting, keptActions);
        var outcome = Simulator.Play(workload, setting, contender, startWith, cancellation);
        return new PolicyPlay { Monitor = replayed.Monitor, Outcome = outcome, Actions = contender.Actions, NotReplayed = replayed.NotReplayed };
    }
}
