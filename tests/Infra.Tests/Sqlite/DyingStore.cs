using System.Collections.Concurrent;
using ControlPlane.Durable.Client;
using ControlPlane.Durable.Embedded;
using ControlPlane.Durable.Protocol;

namespace ControlPlane.Infra.Tests.Sqlite;

/// <summary>
/// A store that fails at random, before or after it did what it was asked, and from some call on for good, as if the
/// process had been killed there. It counts how often each execution ended.
/// </summary>
/// <param name="inner">The real one.</param>
/// <param name="random">What decides.</param>
/// <param name="callsToLive">After how many calls it dies.</param>
/// <param name="ends">Executions that ended, and how often.</param>
internal sealed class DyingStore(
    IOrchestrationStore inner, Random random, int callsToLive, ConcurrentDictionary<string, int> ends) : IOrchestrationStore
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _dead = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _calls;

    /// <summary>Ends when it has died.</summary>
    public Task Dead => _dead.Task;

    public Task<StartOutcome> StartAsync(InstanceStart start, CancellationToken cancellation) =>
        CallAsync(() => inner.StartAsync(start, cancellation));

    public Task<SignalOutcome> SendAsync(string instanceId, HistoryEvent message, CancellationToken cancellation) =>
        CallAsync(() => inner.SendAsync(instanceId, message, cancellation));

    public Task<TurnWork?> LoadTurnAsync(string instanceId, int maxMessages, CancellationToken cancellation) =>
        CallAsync(() => inner.LoadTurnAsync(instanceId, maxMessages, cancellation));

    public Task<TurnOutcome?> CommitTurnAsync(TurnCommit commit, CancellationToken cancellation) => CallAsync(async () =>
    {
        var outcome = await inner.CommitTurnAsync(commit, cancellation);
        if (outcome is not null && commit.Status.IsFinished())
            ends.AddOrUpdate(commit.InstanceId, 1, (_, count) => count + 1);
        return outcome;
    });

    public Task CompleteActivityAsync(ActivityWork work, HistoryEvent result, CancellationToken cancellation) => CallAsync(async () =>
    {
        await inner.CompleteActivityAsync(work, result, cancellation);
        return true;
    });

    public Task<FiredTimers> FireTimersAsync(DateTimeOffset now, int max, CancellationToken cancellation) =>
        CallAsync(() => inner.FireTimersAsync(now, max, cancellation));

    public Task<IReadOnlyList<string>> ReadyInstancesAsync(int top, CancellationToken cancellation) =>
        CallAsync(() => inner.ReadyInstancesAsync(top, cancellation));

    public Task<IReadOnlyList<ActivityWork>> OpenActivitiesAsync(int top, CancellationToken cancellation) =>
        CallAsync(() => inner.OpenActivitiesAsync(top, cancellation));

    public Task<OrchestrationInstance?> GetAsync(string instanceId, CancellationToken cancellation) =>
        inner.GetAsync(instanceId, cancellation);

    public Task<IReadOnlyList<HistoryEvent>> GetHistoryAsync(string instanceId, CancellationToken cancellation) =>
        inner.GetHistoryAsync(instanceId, cancellation);

    public Task<OrchestrationPage> QueryAsync(OrchestrationQuery query, CancellationToken cancellation) =>
        inner.QueryAsync(query, cancellation);

    public Task<PurgeOutcome> PurgeAsync(string instanceId, CancellationToken cancellation) => inner.PurgeAsync(instanceId, cancellation);

    public Task<int> PurgeFinishedAsync(DateTimeOffset before, int max, CancellationToken cancellation) =>
        CallAsync(() => inner.PurgeFinishedAsync(before, max, cancellation));

    private async Task<T> CallAsync<T>(Func<Task<T>> call)
    {
        var (fate, dies) = Next();
        if (fate == Fate.FailsBefore)
            Fail(dies);
        var answer = await call();
        if (fate == Fate.FailsAfter)
            Fail(dies);
        return answer;
    }

    private (Fate Fate, bool Dies) Next()
    {
        lock (_gate)
        {
            _calls++;
            if (_calls > callsToLive)
                return (Fate.FailsBefore, true);
            if (_calls == callsToLive)
                return (random.Next(2) == 0 ? Fate.FailsBefore : Fate.FailsAfter, true);
            return (random.Next(40) switch { 0 => Fate.FailsBefore, 1 => Fate.FailsAfter, _ => Fate.Works }, false);
        }
    }

    private void Fail(bool dies)
    {
        if (dies)
            _dead.TrySetResult();
        throw new IOException("The store failed, as the test wants.");
    }

    private enum Fate
    {
        Works,
        FailsBefore,
        FailsAfter,
    }
}
