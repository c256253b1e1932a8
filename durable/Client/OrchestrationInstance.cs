using ControlPlane.Durable.Model;
using ControlPlane.Durable.Protocol;

namespace ControlPlane.Durable.Client;

/// <summary>One orchestration as seen from outside.</summary>
/// <param name="Name">The orchestrator that runs.</param>
/// <param name="InstanceId">Its id.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Created">When this id was started; continue-as-new does not change it.</param>
/// <param name="Updated">When its last turn was stored.</param>
public sealed record OrchestrationInstance(
    string Name, string InstanceId, OrchestrationStatus Status, DateTimeOffset Created, DateTimeOffset Updated)
{
    /// <summary>The input of the current generation, JSON text.</summary>
    public string? Input { get; init; }

    /// <summary>What the orchestrator last said about itself, JSON text.</summary>
    public string? CustomStatus { get; init; }

    /// <summary>The result, JSON text; the message of the failure when it failed, the reason when it was terminated.</summary>
    public string? Output { get; init; }

    /// <summary>Why it failed; null unless it did.</summary>
    public TaskFailure? Failure { get; init; }

    /// <summary>True when it has completed, failed or been terminated: nothing more will happen to it.</summary>
    public bool IsFinished => Status.IsFinished();
}
