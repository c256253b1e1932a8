namespace ControlPlane.Durable.Replay;

/// <summary>
/// The one logical thread of a turn. Continuations of context tasks run inline, and what is posted runs before the
/// next event is taken. A continuation that comes from another thread belongs to a task that replay cannot repeat: it
/// is never run, and remembered.
/// </summary>
internal sealed class TurnThread : SynchronizationContext, IDisposable
{
    private readonly Queue<(SendOrPostCallback Run, object? State)> _posted = new();
    private readonly SynchronizationContext? _before = Current;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private volatile bool _leftThread;
    private bool _ended;

    public TurnThread() => SetSynchronizationContext(this);

    /// <summary>True when orchestrator code was to be continued from another thread.</summary>
    public bool LeftThread => _leftThread;

    private bool IsHere => !_ended && Environment.CurrentManagedThreadId == _thread;

    public override SynchronizationContext CreateCopy() => this;

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (IsHere)
            _posted.Enqueue((d, state));
        else
            _leftThread = true;
    }

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (IsHere)
            d(state);
        else
            _leftThread = true;
    }

    /// <summary>Lets the code run until every branch of it waits.</summary>
    public void RunPosted()
    {
        while (_posted.TryDequeue(out var next))
            next.Run(next.State);
    }

    /// <summary>Refuses use of the context by code that runs elsewhere, or after its turn.</summary>
    /// <exception cref="InvalidOperationException">This is not the turn's thread.</exception>
    public void ThrowIfElsewhere()
    {
        if (IsHere)
            return;
        _leftThread = true;
        throw new InvalidOperationException("The orchestration context was used outside of its turn's thread.");
    }

    public void Dispose()
    {
        _ended = true;
        SetSynchronizationContext(_before);
    }
}
