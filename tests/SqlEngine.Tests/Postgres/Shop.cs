using SqlEngine.Options;

namespace ControlPlane.SqlEngine.Tests.Postgres;

/// <summary>A PostgreSQL server for a class of tests, with a database for each that asks.</summary>
public sealed class Shop : IAsyncLifetime
{
    private TestKit.Postgres? _server;
    private int _databases;

    internal TestKit.Postgres Server => _server ?? throw new InvalidOperationException("There is no server.");

    public async Task InitializeAsync()
    {
        if (TestKit.Postgres.Missing is null)
            _server = await TestKit.Postgres.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
    }

    /// <summary>Makes a database with a writer and a reader of its own, and gives the options of an engine on it.</summary>
    internal async Task<EngineOptions> OpenAsync()
    {
        var name = $"shop_{Interlocked.Increment(ref _databases)}";
        // As the control plane makes them: whoever logs in to write becomes the owner at once.
        await Server.SqlAsync($"create role {name}_owner nologin");
        await Server.SqlAsync($"create role {name}_app login noinherit in role {name}_owner password 'writes it'");
        await Server.SqlAsync($"alter role {name}_app set role = {name}_owner");
        await Server.SqlAsync($"create role {name}_read login password 'reads it'");
        await Server.SqlAsync($"create database {name} owner {name}_owner");
        await Server.SqlAsync($"alter role {name}_read set default_transaction_read_only = on");
        await Server.SqlAsync($"alter default privileges for role {name}_owner grant select on tables to {name}_read", name);
        return new EngineOptions
        {
            Postgres = new PostgresOptions
            {
                Host = TestKit.Postgres.Host,
                Port = Server.Port,
                Database = name,
                User = $"{name}_app",
                Password = "writes it",
                Reader = $"{name}_read",
                ReaderPassword = "reads it",
            },
        };
    }

    /// <summary>Ends all sessions of an account, as a fence does.</summary>
    internal Task EndSessionsAsync(string account) =>
        Server.SqlAsync($"select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity where usename = '{account}'");
}
