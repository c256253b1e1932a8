namespace ControlPlane.Durable.Model;

/// <summary>An activity or a sub-orchestration failed, and its orchestrator awaited it.</summary>
public sealed class TaskFailedException : Exception
{
    /// <summary>Describes the failure of one task.</summary>
    /// <param name="taskName">The name of the activity or orchestrator.</param>
    /// <param name="taskId">The id of the task within its orchestration.</param>
    /// <param name="failure">Why it failed.</param>
    public TaskFailedException(string taskName, int taskId, TaskFailure failure)
        : base($"Task '{taskName}' (#{taskId}) failed with an unhandled exception: {failure.Message}")
    {
        TaskName = taskName;
        TaskId = taskId;
        Failure = failure;
    }

    /// <summary>The name of the activity or orchestrator.</summary>
    public string TaskName { get; }

    /// <summary>The id of the task within its orchestration.</summary>
    public int TaskId { get; }

    /// <summary>Why it failed.</summary>
    public TaskFailure Failure { get; }
}
