using ControlPlane.Durable.Protocol;

namespace ControlPlane.Durable.Embedded;

/// <summary>A new execution.</summary>
/// <param name="InstanceId">Its instance.</param>
/// <param name="Started">The event it begins with; carries name, input, execution id and parent.</param>
public sealed record InstanceStart(string InstanceId, HistoryEvent Started)
{
    /// <summary>The orchestrator.</summary>
    public string Name => Started.ExecutionStarted.Name;

    /// <summary>Which execution of the instance id this is.</summary>
    public string ExecutionId => Started.ExecutionStarted.OrchestrationInstance.ExecutionId;

    /// <summary>JSON text.</summary>
    public string? Input => Started.ExecutionStarted.Input;

    /// <summary>When it was asked for.</summary>
    public DateTimeOffset At => Started.Timestamp.ToDateTimeOffset();
}
