using ControlPlane.Core.Scaling;

namespace ControlPlane.Functions.Groups;

/// <summary>Which decisions to list; everything left out lets all through.</summary>
internal sealed record DecisionFilter
{
    /// <summary>The group; null means all that a monitor watches.</summary>
    public string? Tag { get; init; }

    /// <summary>The monitor that decided. Without a tag, the group that it watches now.</summary>
    public string? Monitor { get; init; }

    /// <summary>What was done; empty means anything.</summary>
    public IReadOnlySet<ScalingAction> Actions { get; init; } = new HashSet<ScalingAction>();

    /// <summary>The earliest time.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The time to stop before.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The name of a limit that changed the count.</summary>
    public string? Clamp { get; init; }

    /// <summary>Whether looks that changed nothing are left out.</summary>
    public bool ChangesOnly { get; init; }

    public bool Matches(Decision decision) =>
        (Monitor is null || decision.Monitor == Monitor)
        && (Actions.Count == 0 || Actions.Contains(decision.Action))
        && (Since is null || decision.At >= Since)
        && (Until is null || decision.At < Until)
        && (Clamp is null || decision.Clamps.Any(clamp => clamp.Name == Clamp))
        && (!ChangesOnly || decision.Action != ScalingAction.None);
}
