using ControlPlane.Durable.Protocol;

namespace ControlPlane.Durable.Client;

/// <summary>What a status means.</summary>
public static class OrchestrationStatusExtensions
{
    /// <summary>True when nothing more will happen to the instance.</summary>
    public static bool IsFinished(this OrchestrationStatus status) => status is OrchestrationStatus.Completed
        or OrchestrationStatus.Failed or OrchestrationStatus.Terminated or OrchestrationStatus.Canceled;
}
