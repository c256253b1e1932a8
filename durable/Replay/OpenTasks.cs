using ControlPlane.Durable.Model;
using ControlPlane.Durable.Protocol;

namespace ControlPlane.Durable.Replay;

/// <summary>The activities, sub-orchestrations and timers whose end the code can still see. Ends of unknown ones are duplicates, or late, and are ignored.</summary>
internal sealed class OpenTasks
{
    private readonly Dictionary<int, OpenTask> _open = [];

    public bool Any => _open.Count > 0;

    /// <summary>Opens a task; what it yields is JSON text.</summary>
    public Task<string?> Open(int id, string name, TaskKind kind)
    {
        var task = new OpenTask(name, kind);
        _open.Add(id, task);
        return task.End.Task;
    }

    /// <summary>Forgets a task without ending it, and cancels its waiters.</summary>
    public void Cancel(int id, CancellationToken cancellation)
    {
        if (_open.Remove(id, out var task))
            task.End.TrySetCanceled(cancellation);
    }

    public void Complete(int id, string? result)
    {
        if (!_open.Remove(id, out var task))
            return;
        var text = task.Kind == TaskKind.Activity ? ActivityResult.ReadText(result) : result;
        if (task.Kind == TaskKind.Activity && ActivityResult.ReadFailure(text) is { } failure)
            task.End.TrySetException(new TaskFailedException(task.Name, id, failure));
        else
            task.End.TrySetResult(text);
    }

    public void Fail(int id, TaskFailureDetails? details)
    {
        if (_open.Remove(id, out var task))
            task.End.TrySetException(new TaskFailedException(task.Name, id, TaskFailure.FromDetails(details)));
    }

    private sealed record OpenTask(string Name, TaskKind Kind)
    {
        // Continuations must run inline, inside the turn: no RunContinuationsAsynchronously here.
        public TaskCompletionSource<string?> End { get; } = new();
    }
}

/// <summary>What is open. Only an activity's result is wrapped for transport.</summary>
internal enum TaskKind
{
    Activity,
    SubOrchestration,
    Timer,
}
