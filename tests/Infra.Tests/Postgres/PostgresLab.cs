using System.Collections.Concurrent;
using System.Diagnostics;
using ControlPlane.Core.Databases;
using ControlPlane.Infra.LocalProcess;
using ControlPlane.Infra.Postgres;
using ControlPlane.Infra.Postgres.Client;
using ControlPlane.Infra.Tests.Ssh;
using ControlPlane.TestKit;

namespace ControlPlane.Infra.Tests.Postgres;

/// <summary>
/// A PostgreSQL server of its own in a temporary folder, on loopback, for all tests of the collection. It never waits for its
/// disk (fsync is off): nothing here is to outlive the machine.
/// </summary>
public sealed class PostgresLab : IAsyncLifetime, IDisposable
{
    public const string Collection = "postgres";
    internal static readonly DatabaseAccount Admin = new("postgres", AdminPassword);

    private const string AdminPassword = "admin's \\password";
    private const int Interrupt = 2;
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(60);
    private readonly ConcurrentQueue<string> _log = new();
    private string? _folder;
    private Process? _server;
    private int _databases;

    /// <summary>How the server is reached.</summary>
    public PostgresOptions Options { get; private set; } = null!;

    /// <summary>The port under test.</summary>
    public PostgresServer Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (TestKit.Postgres.Missing is not null)
            return;
        _folder = Directory.CreateTempSubdirectory("pg-").FullName;
        var (data, passwordFile, port) = (Path.Combine(_folder, "data"), Path.Combine(_folder, "password"), FreePort.Find());
        await File.WriteAllTextAsync(passwordFile, AdminPassword + "\n");
        if (Environment.IsPrivilegedProcess)
            Run("chown", ["-R", "nobody", _folder]);
        Run(AsOther("initdb", "-D", data, "-U", "postgres", "-A", "scram-sha-256", $"--pwfile={passwordFile}", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"));
        var command = AsOther(
            "postgres", "-D", data, "-p", $"{port}", "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={_folder}", "-c", "wal_level=logical",
            "-c", "fsync=off", "-c", "max_prepared_transactions=5", "-c", "max_worker_processes=16");
        _server = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, WorkingDirectory = "/" })!;
        _server.ErrorDataReceived += (_, line) => _log.Enqueue(line.Data ?? "");
        _server.BeginErrorReadLine();
        Options = new PostgresOptions { Name = "lab", Host = _folder, Port = port, AdminPassword = AdminPassword, ProgramFolder = TestKit.Postgres.Programs };
        Server = new PostgresServer(Options, TimeProvider.System);
        await Eventually.TrueAsync(
            () => _server.HasExited ? throw new InvalidOperationException($"PostgreSQL ended:\n{string.Join('\n', _log)}") : Accepts(),
            () => $"PostgreSQL accepts no connection:\n{string.Join('\n', _log)}");
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            if (!_server.HasExited)
                _ = Signals.Send(_server.Id, Interrupt);
            using var deadline = new CancellationTokenSource(StopDeadline);
            await _server.WaitForExitAsync(deadline.Token);
        }
        if (_folder is not null)
            Directory.Delete(_folder, recursive: true);
    }

    public void Dispose() => _server?.Dispose();

    /// <summary>A name that no other test has.</summary>
    public string NewName(string word) => $"{word}{Interlocked.Increment(ref _databases)}";

    /// <summary>Whether the server has written a text into its log.</summary>
    public bool HasLogged(string text) => _log.Any(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>
    /// A database as an application has it before there is any control plane: its own login <c>NAME_own</c> owns everything. It
    /// has a sequence, a foreign key, a view, a function, a materialized view and 500 rows.
    /// </summary>
    public DatabaseUse CreateDatabase(string? name = null)
    {
        name ??= NewName("shop");
        var owner = $"{name}_own";
        Execute("postgres", $"CREATE ROLE \"{owner}\" LOGIN PASSWORD 'own'");
        Execute("postgres", $"CREATE DATABASE \"{name}\" OWNER \"{owner}\"");
        using var connection = Open(name, new DatabaseAccount(owner, "own"));
        connection.Execute("""
            CREATE TYPE mood AS ENUM ('calm', 'glad');
            CREATE TABLE customers (id bigserial PRIMARY KEY, name text NOT NULL, note jsonb, feeling mood DEFAULT 'calm');
            CREATE TABLE orders (id bigserial PRIMARY KEY, customer bigint REFERENCES customers, amount numeric(12, 2) CHECK (amount >= 0), at timestamptz DEFAULT now(),
                                 kind regclass, double numeric GENERATED ALWAYS AS (amount * 2) STORED);
            CREATE INDEX ON orders (customer);
            CREATE TABLE "Odd ""name" (id int PRIMARY KEY, bytes bytea, numbers int[], moods mood[]);
            INSERT INTO customers (name, note) SELECT 'c' || i, jsonb_build_object('i', i) FROM generate_series(1, 100) i;
            INSERT INTO orders (customer, amount, kind) SELECT 1 + i % 100, i, 'customers' FROM generate_series(1, 300) i;
            INSERT INTO "Odd ""name" SELECT i, decode(md5(i::text), 'hex'), ARRAY[i, NULL], ARRAY['glad']::mood[] FROM generate_series(1, 100) i;
            CREATE VIEW totals AS SELECT customer, sum(amount) AS total FROM orders GROUP BY customer;
            CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM orders;
            CREATE FUNCTION twice(i int) RETURNS int LANGUAGE sql AS 'SELECT i * 2';
            """);
        return new DatabaseUse("lab", name, owner);
    }

    /// <summary>Runs statements as the administrator.</summary>
    internal PgResult Execute(string database, string sql)
    {
        using var connection = Open(database, Admin);
        return connection.Execute(sql);
    }

    /// <summary>A session of an account.</summary>
    internal PgConnection Open(string database, DatabaseAccount account) =>
        PgConnection.Open(new PgSettings { Host = Options.Host, Port = Options.Port, Database = database, User = account.Name, Password = account.Password, ApplicationName = "test" });

    /// <summary>A new folder in which tests keep backups.</summary>
    internal string NewFolder() => Directory.CreateDirectory(Path.Combine(_folder!, NewName("backup"))).FullName;

    /// <summary>PostgreSQL's server programs refuse to run as root.</summary>
    private static string[] AsOther(string program, params string[] arguments) =>
        Environment.IsPrivilegedProcess
            ? ["/usr/bin/setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", Path.Combine(TestKit.Postgres.Programs, program), .. arguments]
            : [Path.Combine(TestKit.Postgres.Programs, program), .. arguments];

    private static void Run(string program, string[] arguments) => Run([program, .. arguments]);

    private static void Run(string[] command)
    {
        var (exitCode, output, error) = Shell.Run(command[0], command[1..]);
        Assert.True(exitCode == 0, $"{string.Join(' ', command)}: {output}{error}");
    }

    private bool Accepts()
    {
        try
        {
            Execute("postgres", "SELECT 1");
            return true;
        }
        catch (PgFailure)
        {
            return false;
        }
    }
}

/// <summary>The tests that share the server.</summary>
[CollectionDefinition(PostgresLab.Collection)]
public sealed class PostgresTests : ICollectionFixture<PostgresLab>;
