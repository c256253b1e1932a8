using ControlPlane.Core.Databases;
using ControlPlane.Infra.SqliteDatabases;
using Microsoft.Data.Sqlite;

namespace ControlPlane.Infra.Tests.SqliteDatabases;

/// <summary>A folder of databases as engines have them, gone with the test.</summary>
internal sealed class FileLab : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("files-");
    private int _names;

    /// <summary>The port under test.</summary>
    public SqliteFolder Server => new("files", Data, TimeProvider.System);

    /// <summary>The folder of the databases.</summary>
    public string Data => Path.Combine(_folder.FullName, "data");

    public string FileOf(string database) => Path.Combine(Data, database + ".db");

    /// <summary>
    /// A database with customers and orders, a table without rowid, one of an odd name with generated columns, a full-text
    /// table, and values of every type.
    /// </summary>
    /// <param name="isWal">Whether it is in WAL mode, as most engines have it.</param>
    public DatabaseUse CreateDatabase(bool isWal = true)
    {
        var name = $"shop{Interlocked.Increment(ref _names)}";
        Directory.CreateDirectory(Data);
        Execute(name, $"""
            PRAGMA journal_mode = {(isWal ? "WAL" : "DELETE")};
            PRAGMA user_version = 7;
            CREATE TABLE customers (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, note);
            CREATE TABLE orders (id INTEGER PRIMARY KEY, customer REFERENCES customers, amount NUMERIC, double AS (amount * 2) STORED);
            CREATE TABLE pairs (a TEXT, b INT, c, PRIMARY KEY (a, b)) WITHOUT ROWID;
            CREATE TABLE "Odd ""na'me" (v, w AS (v || 'x') VIRTUAL);
            CREATE VIRTUAL TABLE words USING fts5(text);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) INSERT INTO customers (name, note) SELECT 'c' || i, i * 0.5 FROM n;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) INSERT INTO orders (customer, amount) SELECT 1 + i % 100, i FROM n;
            INSERT INTO pairs SELECT name, id, NULL FROM customers;
            INSERT INTO "Odd ""na'me" VALUES (1), ('1'), (1.0), (x'31'), (NULL), ('');
            INSERT INTO words VALUES ('one two'), ('three');
            """);
        return new DatabaseUse("files", name, "nobody");
    }

    public void Execute(string database, string sql)
    {
        using var connection = Open(FileOf(database), SqliteOpenMode.ReadWriteCreate);
        Execute(connection, sql);
    }

    public string NewFolder() => Directory.CreateDirectory(Path.Combine(_folder.FullName, $"backup{Interlocked.Increment(ref _names)}")).FullName;

    public void Dispose() => _folder.Delete(recursive: true);

    public static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        // The library is chosen with the first thing that the adapters open.
        _ = Infra.Sqlite.SqliteFile.LibraryVersion;
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 5 }.ConnectionString);
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
