using ControlPlane.Durable.Embedded;
using ControlPlane.Durable.Protocol;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Infra.Tests.Contracts;

/// <summary>What the engine would store, in short.</summary>
internal static class StoredTurns
{
    public static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static InstanceStart Start(string id, string execution, string? input = null) => new(id, new()
    {
        Timestamp = Now.ToTimestamp(),
        ExecutionStarted = new() { Name = "Sample", Input = input, OrchestrationInstance = new() { InstanceId = id, ExecutionId = execution } },
    });

    public static TurnCommit Commit(TurnWork work) => new()
    {
        InstanceId = work.InstanceId,
        ExecutionId = work.ExecutionId,
        Turn = work.Turn,
        Consumed = [.. work.Messages.Select(message => message.Id)],
        History = [],
        Status = OrchestrationStatus.Running,
        At = Now,
    };

    public static HistoryEvent Raised(string name) => new() { EventId = -1, EventRaised = new() { Name = name } };

    public static HistoryEvent Completed(int id) => new() { EventId = -1, TaskCompleted = new() { TaskScheduledId = id } };
}
