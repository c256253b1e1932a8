using ControlPlane.Durable.Client;
using ControlPlane.Durable.Protocol;

namespace ControlPlane.Durable.Embedded;

/// <summary>
/// Where the embedded engine keeps everything. Each call is one transaction: when it returns, all of it is on disk;
/// when it throws, none of it is. One process uses a store at a time.
/// </summary>
public interface IOrchestrationStore
{
    /// <summary>Stores a new execution. An id that is running is refused; one that has finished is replaced.</summary>
    Task<StartOutcome> StartAsync(InstanceStart start, CancellationToken cancellation = default);

    /// <summary>Stores a message from outside for a running instance.</summary>
    Task<SignalOutcome> SendAsync(string instanceId, HistoryEvent message, CancellationToken cancellation = default);

    /// <summary>Reads what the next turn of an instance needs, or null when there is nothing for it to do.</summary>
    /// <param name="instanceId">The instance.</param>
    /// <param name="maxMessages">The most messages to take; the rest waits for the turn after.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<TurnWork?> LoadTurnAsync(string instanceId, int maxMessages, CancellationToken cancellation = default);

    /// <summary>Stores a finished turn with all that it sends out.</summary>
    /// <returns>What to do next, or null when another turn was committed since and this one is void.</returns>
    Task<TurnOutcome?> CommitTurnAsync(TurnCommit commit, CancellationToken cancellation = default);

    /// <summary>
    /// Takes an activity call off the list and gives its result to the execution that called, if that still runs. Does
    /// nothing when the call is off the list already.
    /// </summary>
    Task CompleteActivityAsync(ActivityWork work, HistoryEvent result, CancellationToken cancellation = default);

    /// <summary>Turns timers that are due into messages.</summary>
    /// <param name="now">The time.</param>
    /// <param name="max">The most timers to fire in this call.</param>
    /// <param name="cancellation">Gives up.</param>
    Task<FiredTimers> FireTimersAsync(DateTimeOffset now, int max, CancellationToken cancellation = default);

    /// <summary>Lists instances that have something to do, at most <paramref name="top"/>, those that wait longest first.</summary>
    Task<IReadOnlyList<string>> ReadyInstancesAsync(int top, CancellationToken cancellation = default);

    /// <summary>Lists activity calls without a stored result, at most <paramref name="top"/>, oldest first.</summary>
    Task<IReadOnlyList<ActivityWork>> OpenActivitiesAsync(int top, CancellationToken cancellation = default);

    /// <summary>Reads one instance, or null when there is none.</summary>
    Task<OrchestrationInstance?> GetAsync(string instanceId, CancellationToken cancellation = default);

    /// <summary>
    /// Reads what an instance's current execution has committed, oldest first; empty before its first turn and when there
    /// is no such instance.
    /// </summary>
    Task<IReadOnlyList<HistoryEvent>> GetHistoryAsync(string instanceId, CancellationToken cancellation = default);

    /// <summary>Reads instances in ascending order of their ids.</summary>
    Task<OrchestrationPage> QueryAsync(OrchestrationQuery query, CancellationToken cancellation = default);

    /// <summary>Forgets a finished instance.</summary>
    Task<PurgeOutcome> PurgeAsync(string instanceId, CancellationToken cancellation = default);

    /// <summary>Forgets instances that finished before a time, at most <paramref name="max"/>, and returns how many.</summary>
    Task<int> PurgeFinishedAsync(DateTimeOffset before, int max, CancellationToken cancellation = default);
}
