using ControlPlane.Infra.Postgres.Client;

namespace SqlEngine.Options;

/// <summary>The PostgreSQL database that an engine keeps its data in.</summary>
internal sealed record PostgresOptions
{
    /// <summary>A host name, an address, or the folder of a local socket.</summary>
    public string Host { get; init; } = "";

    public int Port { get; init; } = 5432;

    public string Database { get; init; } = "";

    /// <summary>The account for everything.</summary>
    public string User { get; init; } = "";

    /// <summary>Its password, a secret; null where the server asks for none.</summary>
    public string? Password { get; init; }

    /// <summary>The account for scripts that only read; null when those use the other.</summary>
    public string? Reader { get; init; }

    /// <summary>Its password, a secret; null where the server asks for none.</summary>
    public string? ReaderPassword { get; init; }

    /// <summary>How many connections each account may have at once; scripts beyond that wait.</summary>
    public int Connections { get; init; } = 16;

    /// <summary>How to connect as one of the accounts.</summary>
    /// <param name="engine">The engine's name, by which the server lists the session.</param>
    /// <param name="user">The account.</param>
    /// <param name="password">Its password.</param>
    public PgSettings ToSettings(string engine, string user, string? password) =>
        new() { Host = Host, Port = Port, Database = Database, User = user, Password = password, ApplicationName = engine };

    /// <summary>Without passwords: it may stand in a log.</summary>
    public override string ToString() => $"{User} at {Host}:{Port}/{Database}";
}
