namespace ControlPlane.Durable.Embedded;

/// <summary>What a committed turn leaves to do.</summary>
/// <param name="Woken">Instances that have something to do now.</param>
/// <param name="Activities">Activity calls to run now.</param>
public sealed record TurnOutcome(IReadOnlyList<string> Woken, IReadOnlyList<ActivityWork> Activities);

/// <summary>One activity call that has no stored result.</summary>
/// <param name="Id">Under which the store knows it; never used again.</param>
/// <param name="InstanceId">Who called.</param>
/// <param name="ExecutionId">Which execution of it.</param>
/// <param name="TaskId">The call within that execution.</param>
/// <param name="Name">The activity.</param>
/// <param name="Input">JSON text.</param>
public sealed record ActivityWork(long Id, string InstanceId, string ExecutionId, int TaskId, string Name, string? Input);

/// <summary>What firing timers did.</summary>
/// <param name="Woken">Instances that have something to do now.</param>
/// <param name="NextDue">When the next timer is due; null when there is none.</param>
public sealed record FiredTimers(IReadOnlyList<string> Woken, DateTimeOffset? NextDue);
