using ControlPlane.Durable.Client;
using ControlPlane.Durable.Embedded;
using ControlPlane.Durable.Protocol;
using Google.Protobuf;

namespace ControlPlane.Infra.Sqlite;

/// <summary>Orchestrations in the state file.</summary>
/// <param name="file">The state file.</param>
public sealed class SqliteOrchestrationStore(SqliteFile file) : IOrchestrationStore
{
    /// <inheritdoc/>
    public Task<StartOutcome> StartAsync(InstanceStart start, CancellationToken cancellation = default) =>
        file.WriteAsync(
            session => OrchestrationRows.TryStart(session, start) ? StartOutcome.Started : StartOutcome.AlreadyRunning,
            cancellation);

    /// <inheritdoc/>
    public Task<SignalOutcome> SendAsync(string instanceId, HistoryEvent message, CancellationToken cancellation = default) =>
        file.WriteAsync(
            session =>
            {
                if (OrchestrationRows.Status(session, instanceId) is not { } status)
                    return SignalOutcome.NotFound;
                if (status.IsFinished())
                    return SignalOutcome.Finished;
                OrchestrationRows.TryDeliver(session, instanceId, execution: null, message.ToByteArray());
                return SignalOutcome.Accepted;
            },
            cancellation);

    /// <inheritdoc/>
    public Task<TurnWork?> LoadTurnAsync(string instanceId, int maxMessages, CancellationToken cancellation = default) =>
        file.ReadAsync(session => TurnRows.Load(session, instanceId, maxMessages), cancellation);

    /// <inheritdoc/>
    public Task<TurnOutcome?> CommitTurnAsync(TurnCommit commit, CancellationToken cancellation = default) =>
        file.WriteAsync(session => TurnRows.Commit(session, commit), cancellation);

    /// <inheritdoc/>
    public Task CompleteActivityAsync(ActivityWork work, HistoryEvent result, CancellationToken cancellation = default) =>
        file.WriteAsync(
            session => session.Execute("DELETE FROM activities WHERE id = $1", work.Id) == 1
                && OrchestrationRows.TryDeliver(session, work.InstanceId, work.ExecutionId, result.ToByteArray()),
            cancellation);

    /// <inheritdoc/>
    public Task<FiredTimers> FireTimersAsync(DateTimeOffset now, int max, CancellationToken cancellation = default) =>
        file.WriteAsync(session => TimerRows.Fire(session, now, max), cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ReadyInstancesAsync(int top, CancellationToken cancellation = default) =>
        file.ReadAsync<IReadOnlyList<string>>(session => OrchestrationRows.Ready(session, top), cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ActivityWork>> OpenActivitiesAsync(int top, CancellationToken cancellation = default) =>
        file.ReadAsync<IReadOnlyList<ActivityWork>>(
            session => session.Query(
                "SELECT id, orchestration, execution, task, name, input FROM activities ORDER BY id LIMIT $1",
                row => new ActivityWork(
                    row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt32(3), row.GetString(4), row.GetText(5)),
                top),
            cancellation);

    /// <inheritdoc/>
    public Task<OrchestrationInstance?> GetAsync(string instanceId, CancellationToken cancellation = default) =>
        file.ReadAsync(session => OrchestrationRows.Get(session, instanceId), cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<HistoryEvent>> GetHistoryAsync(string instanceId, CancellationToken cancellation = default) =>
        file.ReadAsync<IReadOnlyList<HistoryEvent>>(session => TurnRows.Past(session, instanceId), cancellation);

    /// <inheritdoc/>
    public Task<OrchestrationPage> QueryAsync(OrchestrationQuery query, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.Top, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Top, OrchestrationQuery.MaxPageSize);
        var after = SqliteContinuation.Read(query.Continuation, parts: 1)?[0];
        return file.ReadAsync(session => OrchestrationRows.Query(session, query, after), cancellation);
    }

    /// <inheritdoc/>
    public Task<PurgeOutcome> PurgeAsync(string instanceId, CancellationToken cancellation = default) =>
        file.WriteAsync(
            session =>
            {
                if (OrchestrationRows.Status(session, instanceId) is not { } status)
                    return PurgeOutcome.NotFound;
                if (!status.IsFinished())
                    return PurgeOutcome.Running;
                OrchestrationRows.Remove(session, instanceId);
                return PurgeOutcome.Purged;
            },
            cancellation);

    /// <inheritdoc/>
    public Task<int> PurgeFinishedAsync(DateTimeOffset before, int max, CancellationToken cancellation = default) =>
        file.WriteAsync(
            session =>
            {
                var finished = OrchestrationRows.FinishedBefore(session, before, max);
                foreach (var instanceId in finished)
                    OrchestrationRows.Remove(session, instanceId);
                return finished.Count;
            },
            cancellation);
}
