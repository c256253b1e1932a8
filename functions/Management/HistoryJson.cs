using System.Text.Json;
using ControlPlane.Durable.Protocol;
using Type = ControlPlane.Durable.Protocol.HistoryEvent.EventTypeOneofCase;

namespace ControlPlane.Functions.Management;

/// <summary>
/// A history as the management API shows it: a call that has ended is one event, with its name and when it was
/// scheduled, and turns do not show. Source: durable-protocol, section 9.1, "historyEvents".
/// </summary>
/// <param name="history">What one execution has committed, oldest first.</param>
/// <param name="showInput">Whether inputs are shown, as the text that they travel in.</param>
/// <param name="showOutput">Whether results are shown.</param>
internal sealed class HistoryJson(IReadOnlyList<HistoryEvent> history, bool showInput, bool showOutput)
{
    private readonly Dictionary<int, HistoryEvent> _calls = history.Where(IsCall).ToDictionary(item => item.EventId);

    private readonly HashSet<int> _ended = [.. history.Select(CallOf).OfType<int>()];

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (var item in history.Where(IsShown))
            Write(json, item);
        json.WriteEndArray();
    }

    private static bool IsCall(HistoryEvent item) => item.EventTypeCase is Type.TaskScheduled or Type.SubOrchestrationInstanceCreated;

    /// <summary>The call that the event ends; null when it ends none.</summary>
    private static int? CallOf(HistoryEvent item) => item.EventTypeCase switch
    {
        Type.TaskCompleted => item.TaskCompleted.TaskScheduledId,
        Type.TaskFailed => item.TaskFailed.TaskScheduledId,
        Type.SubOrchestrationInstanceCompleted => item.SubOrchestrationInstanceCompleted.TaskScheduledId,
        Type.SubOrchestrationInstanceFailed => item.SubOrchestrationInstanceFailed.TaskScheduledId,
        _ => null,
    };

    private bool IsShown(HistoryEvent item) => item.EventTypeCase is not (Type.None or Type.OrchestratorStarted or Type.OrchestratorCompleted)
        && !(IsCall(item) && _ended.Contains(item.EventId));

    private void Write(Utf8JsonWriter json, HistoryEvent item)
    {
        json.WriteStartObject();
        json.WriteString("EventType", item.EventTypeCase.ToString());
        json.WriteString("Timestamp", item.Timestamp.ToDateTime());
        if (CallOf(item) is { } id && _calls.TryGetValue(id, out var call))
            WriteCall(json, call);
        WriteOwn(json, item);
        json.WriteEndObject();
    }

    private void WriteCall(Utf8JsonWriter json, HistoryEvent call)
    {
        json.WriteString("ScheduledTime", call.Timestamp.ToDateTime());
        json.WriteString("FunctionName", call.TaskScheduled?.Name ?? call.SubOrchestrationInstanceCreated.Name);
        WriteInput(json, call.TaskScheduled is { } task ? task.Input : call.SubOrchestrationInstanceCreated.Input);
    }

    private void WriteOwn(Utf8JsonWriter json, HistoryEvent item)
    {
        switch (item.EventTypeCase)
        {
            case Type.ExecutionStarted:
                json.WriteString("FunctionName", item.ExecutionStarted.Name);
                WriteInput(json, item.ExecutionStarted.Input);
                break;
            case Type.ExecutionCompleted:
                json.WriteString("OrchestrationStatus", item.ExecutionCompleted.OrchestrationStatus.ToString());
                WriteResult(json, item.ExecutionCompleted.Result);
                WriteFailure(json, item.ExecutionCompleted.FailureDetails);
                break;
            case Type.TaskScheduled:
                WriteNamed(json, item.TaskScheduled.Name, item.TaskScheduled.Input);
                break;
            case Type.SubOrchestrationInstanceCreated:
                json.WriteString("InstanceId", item.SubOrchestrationInstanceCreated.InstanceId);
                WriteNamed(json, item.SubOrchestrationInstanceCreated.Name, item.SubOrchestrationInstanceCreated.Input);
                break;
            case Type.TaskCompleted:
                WriteResult(json, item.TaskCompleted.Result);
                break;
            case Type.SubOrchestrationInstanceCompleted:
                WriteResult(json, item.SubOrchestrationInstanceCompleted.Result);
                break;
            case Type.TaskFailed:
                WriteFailure(json, item.TaskFailed.FailureDetails);
                break;
            case Type.SubOrchestrationInstanceFailed:
                WriteFailure(json, item.SubOrchestrationInstanceFailed.FailureDetails);
                break;
            default:
                WriteSignal(json, item);
                break;
        }
    }

    private void WriteSignal(Utf8JsonWriter json, HistoryEvent item)
    {
        switch (item.EventTypeCase)
        {
            case Type.TimerCreated:
                json.WriteString("FireAt", item.TimerCreated.FireAt.ToDateTime());
                break;
            case Type.TimerFired:
                json.WriteString("FireAt", item.TimerFired.FireAt.ToDateTime());
                break;
            case Type.EventSent:
                json.WriteString("InstanceId", item.EventSent.InstanceId);
                WriteNamed(json, item.EventSent.Name, item.EventSent.Input);
                break;
            case Type.EventRaised:
                WriteNamed(json, item.EventRaised.Name, item.EventRaised.Input);
                break;
            case Type.ExecutionTerminated when showInput:
                InstanceStatus.WriteText(json, "Input", item.ExecutionTerminated.Input);
                break;
            case Type.ExecutionSuspended:
                InstanceStatus.WriteText(json, "Reason", item.ExecutionSuspended.Input);
                break;
            case Type.ExecutionResumed:
                InstanceStatus.WriteText(json, "Reason", item.ExecutionResumed.Input);
                break;
        }
    }

    private void WriteNamed(Utf8JsonWriter json, string name, string? input)
    {
        json.WriteString("Name", name);
        WriteInput(json, input);
    }

    private void WriteInput(Utf8JsonWriter json, string? input)
    {
        if (showInput)
            json.WriteString("Input", input);
    }

    private void WriteResult(Utf8JsonWriter json, string? result)
    {
        if (showOutput)
            InstanceStatus.WriteText(json, "Result", result);
    }

    private static void WriteFailure(Utf8JsonWriter json, TaskFailureDetails? failure)
    {
        if (failure is null)
            return;
        json.WriteString("Reason", failure.ErrorMessage);
        json.WriteStartObject("FailureDetails");
        json.WriteString("ErrorType", failure.ErrorType);
        json.WriteString("ErrorMessage", failure.ErrorMessage);
        json.WriteBoolean("IsNonRetriable", failure.IsNonRetriable);
        json.WriteEndObject();
    }
}
