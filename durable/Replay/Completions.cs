using System.Text.Json;
using ControlPlane.Durable.Model;
using ControlPlane.Durable.Protocol;

namespace ControlPlane.Durable.Replay;

/// <summary>How orchestrations end.</summary>
internal static class Completions
{
    /// <summary>The completion of code that has ended.</summary>
    public static CompleteOrchestrationAction Of(Task<string?> code) => code.Status switch
    {
        TaskStatus.RanToCompletion => new() { OrchestrationStatus = OrchestrationStatus.Completed, Result = code.Result },
        TaskStatus.Canceled => Failed(new TaskFailure(typeof(TaskCanceledException).FullName!, "The orchestrator was cancelled.")),
        _ => Failed(TaskFailure.FromException(code.Exception!.InnerException!)),
    };

    /// <summary>A failure. The message is the output too, because the status page of a backend shows only that.</summary>
    public static CompleteOrchestrationAction Failed(TaskFailure failure) => new()
    {
        OrchestrationStatus = OrchestrationStatus.Failed,
        Result = JsonSerializer.Serialize(failure.Message, ActivityResultJson.Default.String),
        FailureDetails = failure.ToDetails(),
    };
}
