using ControlPlane.Durable.Protocol;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.FunctionsHost.Durable;

/// <summary>Makes history events. One without an identity of its own has the id -1.</summary>
internal static class Events
{
    private const int NoId = -1;

    public static HistoryEvent TurnStarted(DateTimeOffset at) => New(at, made => made.OrchestratorStarted = new());

    public static HistoryEvent TurnCompleted(DateTimeOffset at) => New(at, made => made.OrchestratorCompleted = new());

    public static HistoryEvent Started(DateTimeOffset at, ExecutionStartedEvent started) => New(at, made => made.ExecutionStarted = started);

    public static HistoryEvent Raised(DateTimeOffset at, string name, string? input) =>
        New(at, made => made.EventRaised = new() { Name = name, Input = input });

    public static HistoryEvent Terminated(DateTimeOffset at, string? reason) =>
        New(at, made => made.ExecutionTerminated = new() { Input = reason });

    public static HistoryEvent Suspended(DateTimeOffset at, string? reason) =>
        New(at, made => made.ExecutionSuspended = new() { Input = reason });

    public static HistoryEvent Resumed(DateTimeOffset at, string? reason) =>
        New(at, made => made.ExecutionResumed = new() { Input = reason });

    public static HistoryEvent TaskCompleted(DateTimeOffset at, int task, string? result) =>
        New(at, made => made.TaskCompleted = new() { TaskScheduledId = task, Result = result });

    public static HistoryEvent TaskFailed(DateTimeOffset at, int task, TaskFailureDetails? details) =>
        New(at, made => made.TaskFailed = new() { TaskScheduledId = task, FailureDetails = details });

    public static HistoryEvent ChildCompleted(DateTimeOffset at, int task, string? result) =>
        New(at, made => made.SubOrchestrationInstanceCompleted = new() { TaskScheduledId = task, Result = result });

    public static HistoryEvent ChildFailed(DateTimeOffset at, int task, TaskFailureDetails? details) =>
        New(at, made => made.SubOrchestrationInstanceFailed = new() { TaskScheduledId = task, FailureDetails = details });

    public static HistoryEvent TimerFired(DateTimeOffset at, int timer, Timestamp due) =>
        New(at, made => made.TimerFired = new() { TimerId = timer, FireAt = due });

    public static HistoryEvent New(DateTimeOffset at, Action<HistoryEvent> fill, int id = NoId)
    {
        var made = new HistoryEvent { EventId = id, Timestamp = at.ToTimestamp() };
        fill(made);
        return made;
    }
}
