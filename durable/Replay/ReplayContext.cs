using ControlPlane.Durable.Client;
using ControlPlane.Durable.Model;
using ControlPlane.Durable.Protocol;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Durable.Replay;

/// <summary>The author's view of one turn: turns calls into actions, and events into the ends of tasks.</summary>
internal sealed class ReplayContext(string instanceId, TurnThread thread, Payload payload) : OrchestrationContext
{
    private ExecutionStartedEvent _started = new();
    private int _guids;

    public override string Name => _started.Name;

    public override string InstanceId => instanceId;

    public override string? ParentInstanceId => _started.ParentInstance?.OrchestrationInstance?.InstanceId;

    public override bool IsReplaying => Replaying;

    public override DateTimeOffset Now => TurnStarted;

    public bool Replaying { get; set; }

    public DateTimeOffset TurnStarted { get; set; }

    public PendingActions Actions { get; } = new();

    public OpenTasks Open { get; } = new();

    public EventInbox Inbox { get; } = new();

    /// <summary>JSON text; null when none is set.</summary>
    public string? CustomStatus { get; private set; }

    /// <summary>Set once the code asked to begin again.</summary>
    public NextGeneration? Next { get; private set; }

    /// <summary>True while something of ours can still wake the code.</summary>
    public bool CanBeWoken => Open.Any || Inbox.HasWaiters;

    public void Start(ExecutionStartedEvent started) => _started = started;

    public override Guid NewGuid()
    {
        thread.ThrowIfElsewhere();
        return DeterministicGuid.Create(instanceId, Now, _guids++);
    }

    public override async Task<T> CallActivity<T>(string name, object? input = null, RetryPolicy? retry = null)
    {
        var text = payload.Write(input);
        return payload.Read<T>(await WithRetries(retry, () => ScheduleActivity(name, text)));
    }

    public override Task CallActivity(string name, object? input = null, RetryPolicy? retry = null)
    {
        var text = payload.Write(input);
        return WithRetries(retry, () => ScheduleActivity(name, text));
    }

    public override async Task<T> CallSubOrchestration<T>(
        string name, object? input = null, string? instanceId = null, RetryPolicy? retry = null)
    {
        var child = ChildId(instanceId);
        var text = payload.Write(input);
        return payload.Read<T>(await WithRetries(retry, () => ScheduleSubOrchestration(name, text, child)));
    }

    public override Task CallSubOrchestration(
        string name, object? input = null, string? instanceId = null, RetryPolicy? retry = null)
    {
        var child = ChildId(instanceId);
        var text = payload.Write(input);
        return WithRetries(retry, () => ScheduleSubOrchestration(name, text, child));
    }

    public override async Task CreateTimer(DateTimeOffset fireAt, CancellationToken cancellation = default)
    {
        var from = Now;
        while (fireAt - from > MaxTimer)
        {
            from += MaxTimer;
            await ScheduleTimer(from, cancellation);
        }

        await ScheduleTimer(fireAt, cancellation);
    }

    public override async Task<T> WaitForEvent<T>(string name, CancellationToken cancellation = default)
    {
        thread.ThrowIfElsewhere();
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return payload.Read<T>(await Inbox.Wait(name, cancellation));
    }

    public override void SendEvent(string instanceId, string name, object? payload = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        InstanceIds.ThrowIfNotAllowed(instanceId);
        Add(new()
        {
            SendEvent = new() { Instance = new() { InstanceId = instanceId }, Name = name, Data = Write(payload) },
        });
    }

    public override void SetCustomStatus(object? status)
    {
        thread.ThrowIfElsewhere();
        var text = payload.Write(status);
        if (text?.Length > MaxCustomStatusLength)
            throw new ArgumentException($"A custom status has at most {MaxCustomStatusLength} characters as JSON, this one has {text.Length}.", nameof(status));
        CustomStatus = text;
    }

    public override void ContinueAsNew(object? input, bool keepEvents = true)
    {
        thread.ThrowIfElsewhere();
        Next = new(payload.Write(input), keepEvents);
    }

    private string? Write(object? value) => payload.Write(value);

    private int Add(OrchestratorAction action)
    {
        thread.ThrowIfElsewhere();
        return Actions.Add(action);
    }

    private Task<string?> ScheduleActivity(string name, string? input)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var id = Add(new() { ScheduleTask = new() { Name = name, Input = input } });
        return Open.Open(id, name, TaskKind.Activity);
    }

    private Task<string?> ScheduleSubOrchestration(string name, string? input, string child)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var id = Add(new() { CreateSubOrchestration = new() { InstanceId = child, Name = name, Input = input } });
        return Open.Open(id, name, TaskKind.SubOrchestration);
    }

    private async Task ScheduleTimer(DateTimeOffset fireAt, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var id = Add(new() { CreateTimer = new() { FireAt = fireAt.ToTimestamp() } });
        var fired = Open.Open(id, "timer", TaskKind.Timer);
        using var giveUp = cancellation.Register(() => Open.Cancel(id, cancellation));
        await fired;
    }

    // The execution id makes a child of one generation another one than that of the next; without it the id falls
    // back to one derived from the time, as the .NET SDK does.
    private string ChildId(string? chosen)
    {
        if (chosen is not null)
        {
            InstanceIds.ThrowIfNotAllowed(chosen);
            return chosen;
        }

        var execution = _started.OrchestrationInstance?.ExecutionId;
        return string.IsNullOrEmpty(execution) ? NewGuid().ToString("N") : $"{execution}:{Actions.NextId}";
    }

    private Task<string?> WithRetries(RetryPolicy? retry, Func<Task<string?>> attempt) =>
        retry is null ? attempt() : Retrying.RunAsync(this, retry, attempt);
}

/// <summary>What the next generation begins with.</summary>
/// <param name="Input">JSON text.</param>
/// <param name="KeepEvents">Whether events that nobody took go with it.</param>
internal sealed record NextGeneration(string? Input, bool KeepEvents);
