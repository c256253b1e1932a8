using ControlPlane.Durable.Protocol;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Durable.Tests.Replay;

/// <summary>Short names for history events.</summary>
internal static class History
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static HistoryEvent TurnStarted(int second = 0) =>
        new() { EventId = -1, Timestamp = Start.AddSeconds(second).ToTimestamp(), OrchestratorStarted = new() };

    public static HistoryEvent TurnCompleted() => new() { EventId = -1, OrchestratorCompleted = new() };

    public static HistoryEvent Started(string? input = null, string name = "Sample", string execution = "run1") => new()
    {
        EventId = -1,
        ExecutionStarted = new()
        {
            Name = name,
            Input = input,
            OrchestrationInstance = new() { InstanceId = "i", ExecutionId = execution },
        },
    };

    public static HistoryEvent Scheduled(int id, string name) => new() { EventId = id, TaskScheduled = new() { Name = name } };

    public static HistoryEvent Completed(int id, string? result = null) =>
        new() { EventId = -1, TaskCompleted = new() { TaskScheduledId = id, Result = result } };

    public static HistoryEvent Failed(int id, TaskFailureDetails? details = null) =>
        new() { EventId = -1, TaskFailed = new() { TaskScheduledId = id, FailureDetails = details } };

    public static HistoryEvent ChildCreated(int id, string name) =>
        new() { EventId = id, SubOrchestrationInstanceCreated = new() { Name = name, InstanceId = "child" } };

    public static HistoryEvent ChildCompleted(int id, string? result) =>
        new() { EventId = -1, SubOrchestrationInstanceCompleted = new() { TaskScheduledId = id, Result = result } };

    public static HistoryEvent ChildFailed(int id, TaskFailureDetails? details = null) =>
        new() { EventId = -1, SubOrchestrationInstanceFailed = new() { TaskScheduledId = id, FailureDetails = details } };

    public static HistoryEvent TimerCreated(int id) => new() { EventId = id, TimerCreated = new() { FireAt = Start.ToTimestamp() } };

    public static HistoryEvent TimerFired(int id) =>
        new() { EventId = -1, TimerFired = new() { TimerId = id, FireAt = Start.ToTimestamp() } };

    public static HistoryEvent Sent(int id, string name) =>
        new() { EventId = id, EventSent = new() { InstanceId = "other", Name = name } };

    public static HistoryEvent Raised(string name, string? input = null) =>
        new() { EventId = -1, EventRaised = new() { Name = name, Input = input } };

    public static HistoryEvent Terminated(string? reason = null) =>
        new() { EventId = -1, ExecutionTerminated = new() { Input = reason } };

    public static HistoryEvent Suspended() => new() { EventId = -1, ExecutionSuspended = new() };

    public static HistoryEvent Resumed() => new() { EventId = -1, ExecutionResumed = new() };
}
