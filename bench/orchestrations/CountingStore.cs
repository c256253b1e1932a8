using ControlPlane.Durable.Client;
using ControlPlane.Durable.Embedded;
using ControlPlane.Durable.Protocol;

namespace ControlPlane.Bench.Orchestrations;

/// <summary>Tells of each instance that finished, when that is on disk.</summary>
internal sealed class CountingStore(IOrchestrationStore inner, Action finished) : IOrchestrationStore
{
    public async Task<TurnOutcome?> CommitTurnAsync(TurnCommit commit, CancellationToken cancellation)
    {
        var outcome = await inner.CommitTurnAsync(commit, cancellation);
        if (commit.Status.IsFinished())
            finished();
        return outcome;
    }

    public Task<StartOutcome> StartAsync(InstanceStart start, CancellationToken cancellation) => inner.StartAsync(start, cancellation);

    public Task<SignalOutcome> SendAsync(string instanceId, HistoryEvent message, CancellationToken cancellation) =>
        inner.SendAsync(instanceId, message, cancellation);

    public Task<TurnWork?> LoadTurnAsync(string instanceId, int maxMessages, CancellationToken cancellation) =>
        inner.LoadTurnAsync(instanceId, maxMessages, cancellation);

    public Task CompleteActivityAsync(ActivityWork work, HistoryEvent result, CancellationToken cancellation) =>
        inner.CompleteActivityAsync(work, result, cancellation);

    public Task<FiredTimers> FireTimersAsync(DateTimeOffset now, int max, CancellationToken cancellation) =>
        inner.FireTimersAsync(now, max, cancellation);

    public Task<IReadOnlyList<string>> ReadyInstancesAsync(int top, CancellationToken cancellation) =>
        inner.ReadyInstancesAsync(top, cancellation);

    public Task<IReadOnlyList<ActivityWork>> OpenActivitiesAsync(int top, CancellationToken cancellation) =>
        inner.OpenActivitiesAsync(top, cancellation);

    public Task<OrchestrationInstance?> GetAsync(string instanceId, CancellationToken cancellation) =>
        inner.GetAsync(instanceId, cancellation);

    public Task<IReadOnlyList<HistoryEvent>> GetHistoryAsync(string instanceId, CancellationToken cancellation) =>
        inner.GetHistoryAsync(instanceId, cancellation);

    public Task<OrchestrationPage> QueryAsync(OrchestrationQuery query, CancellationToken cancellation) =>
        inner.QueryAsync(query, cancellation);

    public Task<PurgeOutcome> PurgeAsync(string instanceId, CancellationToken cancellation) => inner.PurgeAsync(instanceId, cancellation);

    public Task<int> PurgeFinishedAsync(DateTimeOffset before, int max, CancellationToken cancellation) =>
        inner.PurgeFinishedAsync(before, max, cancellation);
}
