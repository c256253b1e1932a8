using ControlPlane.Durable.Protocol;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.FunctionsHost.Tests;

/// <summary>Scripted answers of orchestrators.</summary>
internal static class Respond
{
    public static OrchestratorResponse With(OrchestratorRequest request, params OrchestratorAction[] actions) =>
        new() { InstanceId = request.InstanceId, Actions = { actions } };

    public static OrchestratorAction Activity(int id, string name, string? input = null) =>
        new() { Id = id, ScheduleTask = new() { Name = name, Input = input } };

    public static OrchestratorAction Timer(int id, DateTimeOffset due) => new() { Id = id, CreateTimer = new() { FireAt = due.ToTimestamp() } };

    public static OrchestratorAction Child(int id, string instanceId, string name, string? input = null) =>
        new() { Id = id, CreateSubOrchestration = new() { InstanceId = instanceId, Name = name, Input = input } };

    public static OrchestratorAction Event(int id, string to, string name, string? data) =>
        new() { Id = id, SendEvent = new() { Instance = new() { InstanceId = to }, Name = name, Data = data } };

    public static OrchestratorAction Complete(int id, string? result) => End(id, OrchestrationStatus.Completed, result);

    public static OrchestratorAction End(int id, OrchestrationStatus status, string? result) =>
        new() { Id = id, CompleteOrchestration = new() { OrchestrationStatus = status, Result = result } };

    /// <summary>The events of a turn by their kinds, for comparison.</summary>
    public static string Kinds(IEnumerable<HistoryEvent> events) => string.Join(' ', events.Select(item => item.EventTypeCase));
}
