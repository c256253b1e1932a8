namespace ControlPlane.Durable.Model;

/// <summary>
/// What an orchestrator sees of the world. Orchestrator code is plain async C# that is run again from the start on
/// every turn, so it may await only tasks made by this context (and <c>Task.WhenAll</c> or <c>Task.WhenAny</c> of
/// them), must take time and ids from here, and does all I/O in activities. Do not use <c>ConfigureAwait(false)</c>,
/// <c>Task.Run</c>, or <c>.Result</c> of an unfinished task in an orchestrator.
/// </summary>
public abstract class OrchestrationContext
{
    /// <summary>The most characters of a custom status, as JSON text. Source: Durable Functions extension 3.19.</summary>
    public const int MaxCustomStatusLength = 8 * 1024;

    /// <summary>The longest single timer; a longer delay becomes several. Source: the .NET worker, because a storage queue hides a message for at most 7 days.</summary>
    public static readonly TimeSpan MaxTimer = TimeSpan.FromDays(3);

    /// <summary>The name the orchestrator was registered under.</summary>
    public abstract string Name { get; }

    /// <summary>The id of this instance.</summary>
    public abstract string InstanceId { get; }

    /// <summary>The id of the instance that started this one as a sub-orchestration; null when a client did.</summary>
    public abstract string? ParentInstanceId { get; }

    /// <summary>True while the code runs over what happened in earlier turns. For side effects such as logging only.</summary>
    public abstract bool IsReplaying { get; }

    /// <summary>The time at which the current turn began; the same on every replay.</summary>
    public abstract DateTimeOffset Now { get; }

    /// <summary>A new id, the same on every replay.</summary>
    public abstract Guid NewGuid();

    /// <summary>Runs an activity, at least once, and returns its result.</summary>
    /// <param name="name">The registered name; case is ignored.</param>
    /// <param name="input">Its input, written as JSON.</param>
    /// <param name="retry">How often to try; once when null.</param>
    /// <exception cref="TaskFailedException">The activity failed, on the last attempt when there were several.</exception>
    public abstract Task<T> CallActivity<T>(string name, object? input = null, RetryPolicy? retry = null);

    /// <summary>Runs an activity whose result is of no interest.</summary>
    /// <inheritdoc cref="CallActivity{T}(string, object?, RetryPolicy?)"/>
    public abstract Task CallActivity(string name, object? input = null, RetryPolicy? retry = null);

    /// <summary>Runs another orchestration and returns its output.</summary>
    /// <param name="name">The registered name; case is ignored.</param>
    /// <param name="input">Its input, written as JSON.</param>
    /// <param name="instanceId">The id of the new instance, also on each retry; derived from this execution when null.</param>
    /// <param name="retry">How often to try; once when null.</param>
    /// <exception cref="TaskFailedException">It failed, was terminated, or its id was running already.</exception>
    public abstract Task<T> CallSubOrchestration<T>(
        string name, object? input = null, string? instanceId = null, RetryPolicy? retry = null);

    /// <summary>Runs another orchestration whose output is of no interest.</summary>
    /// <inheritdoc cref="CallSubOrchestration{T}(string, object?, string?, RetryPolicy?)"/>
    public abstract Task CallSubOrchestration(
        string name, object? input = null, string? instanceId = null, RetryPolicy? retry = null);

    /// <summary>Waits until a time; one in the past fires at once.</summary>
    /// <param name="fireAt">When to go on.</param>
    /// <param name="cancellation">Gives the timer up; the returned task is then cancelled.</param>
    public abstract Task CreateTimer(DateTimeOffset fireAt, CancellationToken cancellation = default);

    /// <summary>Waits for a time span, counted from <see cref="Now"/>.</summary>
    /// <inheritdoc cref="CreateTimer(DateTimeOffset, CancellationToken)"/>
    public Task CreateTimer(TimeSpan delay, CancellationToken cancellation = default) => CreateTimer(Now + delay, cancellation);

    /// <summary>
    /// Waits for an event. Events that came before anyone waited are kept and given out in order of arrival; several
    /// waiters of one name are served first come, first served.
    /// </summary>
    /// <param name="name">The name of the event; case is ignored.</param>
    /// <param name="cancellation">Gives the wait up; the returned task is then cancelled and takes no event.</param>
    public abstract Task<T> WaitForEvent<T>(string name, CancellationToken cancellation = default);

    /// <summary>Waits for an event, but not for ever.</summary>
    /// <param name="name">The name of the event; case is ignored.</param>
    /// <param name="deadline">The longest wait, counted from <see cref="Now"/>.</param>
    /// <returns>The event, or that none came in time.</returns>
    public async Task<EventWait<T>> WaitForEvent<T>(string name, TimeSpan deadline)
    {
        using var giveUp = new CancellationTokenSource();
        var arrival = WaitForEvent<T>(name, giveUp.Token);
        if (!arrival.IsCompleted)
        {
            var timer = CreateTimer(deadline, giveUp.Token);
            await Task.WhenAny(arrival, timer);
        }

        var received = arrival.IsCompleted;
        giveUp.Cancel();
        return received ? new(true, await arrival) : new(false, default);
    }

    /// <summary>Sends an event to another instance. Nothing tells whether it exists or is still running.</summary>
    /// <param name="instanceId">The instance that is to get it.</param>
    /// <param name="name">The name of the event.</param>
    /// <param name="payload">Its content, written as JSON.</param>
    public abstract void SendEvent(string instanceId, string name, object? payload = null);

    /// <summary>Shows where the orchestration stands to whoever queries it. It holds until it is set again.</summary>
    /// <param name="status">Anything that can be written as JSON of at most <see cref="MaxCustomStatusLength"/> characters; null clears it.</param>
    /// <exception cref="ArgumentException">The JSON text is too long.</exception>
    public abstract void SetCustomStatus(object? status);

    /// <summary>
    /// Begins again with a new input and an empty history. It takes effect when the orchestrator returns and no
    /// activity, timer or sub-orchestration is open any more. Await something before: a loop that never waits is
    /// never interrupted.
    /// </summary>
    /// <param name="input">The next generation's input, written as JSON.</param>
    /// <param name="keepEvents">Whether events that nobody took are given to the next generation.</param>
    public abstract void ContinueAsNew(object? input, bool keepEvents = true);
}
