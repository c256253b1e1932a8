using ControlPlane.Durable.Client;
using ControlPlane.Durable.Embedded;
using ControlPlane.Durable.Protocol;
using Google.Protobuf;
using Google.Protobuf.Collections;

namespace ControlPlane.Infra.Sqlite;

/// <summary>Reads what a turn needs, and writes what it changed.</summary>
internal static class TurnRows
{
    public static TurnWork? Load(SqliteSession session, string id, int maxMessages)
    {
        var work = session.First(
            "SELECT execution, status, opening, updated, turns FROM orchestrations WHERE id = $1",
            row => new TurnWork
            {
                InstanceId = id,
                ExecutionId = row.GetString(0),
                Status = (OrchestrationStatus)row.GetInt32(1),
                Opening = row.GetBytes(2) is { } opening ? HistoryBytes.Join([opening]) : [],
                LastTurn = row.GetTime(3),
                Turn = row.GetInt32(4),
                Past = [],
                Messages = [],
            },
            id);
        if (work is null || work.Status.IsFinished())
            return null;
        var messages = session.Query(
            "SELECT id, event FROM messages WHERE orchestration = $1 ORDER BY id LIMIT $2",
            row => new StoredMessage(row.GetInt64(0), HistoryEvent.Parser.ParseFrom(row.GetFieldValue<byte[]>(1))),
            id,
            maxMessages);
        if (work.Opening.Count == 0 && messages.Count == 0)
            return null;
        return work with { Messages = messages, Past = Past(session, id) };
    }

    /// <summary>What the current execution has committed.</summary>
    public static RepeatedField<HistoryEvent> Past(SqliteSession session, string id) => HistoryBytes.Join(session.Query(
        "SELECT events FROM history WHERE orchestration = $1 ORDER BY turn", row => row.GetFieldValue<byte[]>(0), id));

    public static TurnOutcome? Commit(SqliteSession session, TurnCommit commit)
    {
        if (!TryUpdate(session, commit))
            return null;
        foreach (var message in commit.Consumed)
            session.Execute("DELETE FROM messages WHERE id = $1", message);
        if (commit.Next is { } next)
            BeginNext(session, commit.InstanceId, next);
        else
            AppendHistory(session, commit);
        if (commit.Status.IsFinished())
            DropWhatWaits(session, commit.InstanceId);
        foreach (var timer in commit.Timers)
            TimerRows.Add(session, commit, timer);
        var activities = commit.Activities.Select(call => Add(session, commit, call)).ToList();
        return new(Send(session, commit), activities);
    }

    private static bool TryUpdate(SqliteSession session, TurnCommit commit) => session.Execute(
        """
        UPDATE orchestrations
        SET status = $3, custom_status = $4, output = $5, failure = $6, updated = $7, opening = NULL, turns = turns + 1
        WHERE id = $1 AND execution = $2 AND turns = $8
        """,
        commit.InstanceId,
        commit.ExecutionId,
        (int)commit.Status,
        commit.CustomStatus,
        commit.Output,
        commit.Failure?.ToByteArray(),
        commit.At.UtcTicks,
        commit.Turn) == 1;

    private static void AppendHistory(SqliteSession session, TurnCommit commit) => session.Execute(
        "INSERT INTO history (orchestration, turn, events) SELECT id, turns, $2 FROM orchestrations WHERE id = $1",
        commit.InstanceId,
        HistoryBytes.Of(commit.History));

    private static void BeginNext(SqliteSession session, string id, NextExecution next)
    {
        session.Execute("DELETE FROM history WHERE orchestration = $1", id);
        session.Execute("DELETE FROM timers WHERE orchestration = $1", id);
        // Answers to the generation that ended; events, which are for any, stay.
        session.Execute("DELETE FROM messages WHERE orchestration = $1 AND execution IS NOT NULL", id);
        session.Execute(
            "UPDATE orchestrations SET execution = $2, input = $3, opening = $4, turns = 0 WHERE id = $1",
            id,
            next.Start.ExecutionId,
            next.Start.Input,
            HistoryBytes.Of([next.Start.Started, .. next.Carried]));
    }

    private static void DropWhatWaits(SqliteSession session, string id)
    {
        session.Execute("DELETE FROM messages WHERE orchestration = $1", id);
        session.Execute("DELETE FROM timers WHERE orchestration = $1", id);
    }

    private static ActivityWork Add(SqliteSession session, TurnCommit commit, ActivityCall call)
    {
        session.Execute(
            "INSERT INTO activities (orchestration, execution, task, name, input) VALUES ($1, $2, $3, $4, $5)",
            commit.InstanceId,
            commit.ExecutionId,
            call.TaskId,
            call.Name,
            call.Input);
        return new(session.LastInsertedId(), commit.InstanceId, commit.ExecutionId, call.TaskId, call.Name, call.Input);
    }

    private static List<string> Send(SqliteSession session, TurnCommit commit)
    {
        List<string> woken = [];
        if (commit.Next is not null)
            woken.Add(commit.InstanceId);
        foreach (var child in commit.Children)
        {
            if (OrchestrationRows.TryStart(session, child.Start))
                woken.Add(child.Start.InstanceId);
            else
                Deliver(child.IfRunning);
        }

        foreach (var message in commit.Messages)
            Deliver(message);
        return woken;

        void Deliver(OutgoingMessage message)
        {
            if (OrchestrationRows.TryDeliver(session, message.InstanceId, message.ExecutionId, message.Event.ToByteArray()))
                woken.Add(message.InstanceId);
        }
    }
}
