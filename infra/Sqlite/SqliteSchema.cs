namespace ControlPlane.Infra.Sqlite;

/// <summary>The tables, as one step per version. A step that has shipped is never changed; a new one is added.</summary>
internal static class SqliteSchema
{
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE entities (
            table_name TEXT NOT NULL,
            partition  TEXT NOT NULL,
            row        TEXT NOT NULL,
            body       TEXT NOT NULL,
            version    INTEGER NOT NULL,
            updated    INTEGER NOT NULL,
            PRIMARY KEY (table_name, partition, row)
        ) WITHOUT ROWID;

        CREATE TABLE entity_version (last INTEGER NOT NULL);
        INSERT INTO entity_version VALUES (0);

        CREATE TABLE orchestrations (
            id            TEXT PRIMARY KEY,
            name          TEXT NOT NULL,
            execution     TEXT NOT NULL,
            status        INTEGER NOT NULL,
            turns         INTEGER NOT NULL,
            input         TEXT,
            custom_status TEXT,
            output        TEXT,
            failure       BLOB,
            opening       BLOB,
            created       INTEGER NOT NULL,
            updated       INTEGER NOT NULL
        );
        CREATE INDEX orchestrations_opening ON orchestrations (id) WHERE opening IS NOT NULL;
        CREATE INDEX orchestrations_finished ON orchestrations (updated) WHERE status IN (1, 3, 4, 5);

        CREATE TABLE history (
            orchestration TEXT NOT NULL,
            turn          INTEGER NOT NULL,
            events        BLOB NOT NULL,
            PRIMARY KEY (orchestration, turn)
        ) WITHOUT ROWID;

        CREATE TABLE messages (
            id            INTEGER PRIMARY KEY,
            orchestration TEXT NOT NULL,
            execution     TEXT,
            event         BLOB NOT NULL
        );
        CREATE INDEX messages_orchestration ON messages (orchestration);

        -- The engine keeps track of calls by id, so an id must never come back: AUTOINCREMENT.
        CREATE TABLE activities (
            id            INTEGER PRIMARY KEY AUTOINCREMENT,
            orchestration TEXT NOT NULL,
            execution     TEXT NOT NULL,
            task          INTEGER NOT NULL,
            name          TEXT NOT NULL,
            input         TEXT
        );

        CREATE TABLE timers (
            orchestration TEXT NOT NULL,
            execution     TEXT NOT NULL,
            timer         INTEGER NOT NULL,
            due           INTEGER NOT NULL,
            event         BLOB NOT NULL,
            PRIMARY KEY (orchestration, execution, timer)
        ) WITHOUT ROWID;
        CREATE INDEX timers_due ON timers (due);
        """,
    ];

    /// <summary>The newest version this program knows.</summary>
    public static long Version => Steps.Length;

    /// <summary>Brings a file up to date, in one transaction.</summary>
    /// <exception cref="StateVersionException">A newer program wrote it.</exception>
    public static void Migrate(SqliteSession session, string path)
    {
        var found = session.Number("PRAGMA user_version") ?? 0;
        if (found > Version)
            throw new StateVersionException(path, found, Version);
        if (found == Version)
            return;
        session.Execute("BEGIN IMMEDIATE");
        foreach (var step in Steps.Skip((int)found))
            session.Execute(step);
        session.Execute($"PRAGMA user_version = {Version}");
        session.Execute("COMMIT");
    }
}
