using ControlPlane.Durable.Embedded;
using Google.Protobuf;

namespace ControlPlane.Infra.Sqlite;

/// <summary>Timers that wait for their time.</summary>
internal static class TimerRows
{
    public static void Add(SqliteSession session, TurnCommit commit, TimerCall timer) => session.Execute(
        "INSERT INTO timers (orchestration, execution, timer, due, event) VALUES ($1, $2, $3, $4, $5)",
        commit.InstanceId,
        commit.ExecutionId,
        timer.TimerId,
        timer.Due.UtcTicks,
        timer.Fired.ToByteArray());

    public static FiredTimers Fire(SqliteSession session, DateTimeOffset now, int max)
    {
        var due = session.Query(
            "SELECT orchestration, execution, timer, event FROM timers WHERE due <= $1 ORDER BY due LIMIT $2",
            row => (Id: row.GetString(0), Execution: row.GetString(1), Timer: row.GetInt32(2), Event: row.GetFieldValue<byte[]>(3)),
            now.UtcTicks,
            max);
        List<string> woken = [];
        foreach (var timer in due)
        {
            session.Execute("DELETE FROM timers WHERE orchestration = $1 AND execution = $2 AND timer = $3", timer.Id, timer.Execution, timer.Timer);
            if (OrchestrationRows.TryDeliver(session, timer.Id, timer.Execution, timer.Event))
                woken.Add(timer.Id);
        }

        var next = session.Number("SELECT min(due) FROM timers");
        return new(woken, next is { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null);
    }
}
