namespace ControlPlane.Infra.Postgres.Client;

/// <summary>The server refused something, or cannot be reached. The message is its own and holds no password.</summary>
internal sealed class PgFailure : Exception
{
    /// <summary>The SQLSTATE of a connection that was lost without a word from the server.</summary>
    public const string ConnectionFailure = "08006";

    /// <summary>The SQLSTATE of a connection that could not be made, without a word from the server.</summary>
    public const string ConnectionRefused = "08001";

    /// <summary>Makes one without a message.</summary>
    public PgFailure()
    {
    }

    /// <summary>Makes one that says why.</summary>
    public PgFailure(string message)
        : base(message)
    {
    }

    /// <summary>Makes one that says why and from what.</summary>
    public PgFailure(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The code of five characters; source: PostgreSQL, appendix A. Never empty.</summary>
    public string SqlState { get; init; } = "XX000";

    /// <summary>What the server says beside the message; null when it says nothing.</summary>
    public string? Detail { get; init; }

    /// <summary>Where in the statement, in characters from 1; null when it has no place there.</summary>
    public int? Position { get; init; }

    /// <summary>Whether the connection is gone, so that nothing more can be asked on it.</summary>
    public bool IsConnectionLost { get; init; }
}
