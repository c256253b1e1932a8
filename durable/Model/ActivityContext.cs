namespace ControlPlane.Durable.Model;

/// <summary>For whom an activity runs.</summary>
/// <param name="InstanceId">The orchestration that called it.</param>
/// <param name="ExecutionId">Which execution of that id: another one after each start and each continue-as-new.</param>
/// <param name="TaskId">Which call of that execution.</param>
public sealed record ActivityContext(string InstanceId, string ExecutionId, int TaskId)
{
    /// <summary>
    /// The same on every delivery of this call, and of no other: an activity runs at least once, so its effects must
    /// be made idempotent with it. A retry by policy is another call.
    /// </summary>
    public string Key => $"{ExecutionId}:{TaskId}";
}
