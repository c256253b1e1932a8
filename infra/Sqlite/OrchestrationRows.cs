using ControlPlane.Durable.Client;
using ControlPlane.Durable.Embedded;
using ControlPlane.Durable.Model;
using ControlPlane.Durable.Protocol;
using Microsoft.Data.Sqlite;

namespace ControlPlane.Infra.Sqlite;

/// <summary>The rows of instances and of the messages that wait for them.</summary>
internal static class OrchestrationRows
{
    // The statuses of OrchestrationStatusExtensions.IsFinished; the index on finished instances lists them too.
    private const string Finished = "status IN (1, 3, 4, 5)";
    private const string Columns = "name, id, status, created, updated, input, custom_status, output, failure";

    public static OrchestrationStatus? Status(SqliteSession session, string id) =>
        (OrchestrationStatus?)session.Number("SELECT status FROM orchestrations WHERE id = $1", id);

    /// <summary>Begins an execution, unless the id is running.</summary>
    public static bool TryStart(SqliteSession session, InstanceStart start)
    {
        if (Status(session, start.InstanceId) is { } status)
        {
            if (!status.IsFinished())
                return false;
            Remove(session, start.InstanceId);
        }

        session.Execute(
            """
            INSERT INTO orchestrations (id, name, execution, status, turns, input, opening, created, updated)
            VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $7)
            """,
            start.InstanceId,
            start.Name,
            start.ExecutionId,
            (int)OrchestrationStatus.Pending,
            start.Input,
            HistoryBytes.Of([start.Started]),
            start.At.UtcTicks);
        return true;
    }

    /// <summary>Gives an instance a message, unless it has finished, or the message is for another execution of it.</summary>
    public static bool TryDeliver(SqliteSession session, string id, string? execution, byte[] message) => session.Execute(
        $"""
        INSERT INTO messages (orchestration, execution, event)
        SELECT id, $2, $3 FROM orchestrations WHERE id = $1 AND NOT {Finished} AND ($2 IS NULL OR execution = $2)
        """,
        id,
        execution,
        message) == 1;

    /// <summary>Those with a message, by the age of the oldest, and before them those not yet begun.</summary>
    public static List<string> Ready(SqliteSession session, int top) => session.Query(
        """
        SELECT id, 0 AS oldest FROM orchestrations WHERE opening IS NOT NULL
        UNION ALL
        SELECT orchestration, min(id) FROM messages GROUP BY orchestration
        ORDER BY oldest LIMIT $1
        """,
        row => row.GetString(0),
        top);

    public static OrchestrationInstance? Get(SqliteSession session, string id) =>
        session.First($"SELECT {Columns} FROM orchestrations WHERE id = $1", Read, id);

    public static OrchestrationPage Query(SqliteSession session, OrchestrationQuery query, string? after)
    {
        var statuses = query.Statuses.Count == 0 ? "" : $"AND status IN ({string.Join(',', query.Statuses.Select(status => (int)status))})";
        var found = session.Query(
            $"SELECT {Columns} FROM orchestrations WHERE id > $1 AND id >= $2 AND id < $2 || char(0x10FFFF) {statuses} ORDER BY id LIMIT $3",
            Read,
            after ?? "",
            query.Prefix ?? "",
            query.Top + 1);
        if (found.Count <= query.Top)
            return new(found, null);
        found.RemoveAt(query.Top);
        return new(found, SqliteContinuation.Write(found[^1].InstanceId));
    }

    public static List<string> FinishedBefore(SqliteSession session, DateTimeOffset before, int max) => session.Query(
        $"SELECT id FROM orchestrations WHERE {Finished} AND updated < $1 ORDER BY updated LIMIT $2",
        row => row.GetString(0),
        before.UtcTicks,
        max);

    /// <summary>Forgets an instance. Open calls of its activities stay: they are dropped when they end.</summary>
    public static void Remove(SqliteSession session, string id)
    {
        session.Execute("DELETE FROM history WHERE orchestration = $1", id);
        session.Execute("DELETE FROM messages WHERE orchestration = $1", id);
        session.Execute("DELETE FROM timers WHERE orchestration = $1", id);
        session.Execute("DELETE FROM orchestrations WHERE id = $1", id);
    }

    private static OrchestrationInstance Read(SqliteDataReader row) =>
        new(row.GetString(0), row.GetString(1), (OrchestrationStatus)row.GetInt32(2), row.GetTime(3), row.GetTime(4))
        {
            Input = row.GetText(5),
            CustomStatus = row.GetText(6),
            Output = row.GetText(7),
            Failure = row.GetBytes(8) is { } failure ? TaskFailure.FromDetails(TaskFailureDetails.Parser.ParseFrom(failure)) : null,
        };
}
