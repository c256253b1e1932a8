namespace ControlPlane.Core.Databases;

/// <summary>A database server did not do what it was asked. The message says why, for people, and holds no secret.</summary>
public sealed class DatabaseFailedException : Exception
{
    /// <summary>Makes one without a message.</summary>
    public DatabaseFailedException()
    {
    }

    /// <summary>Makes one that says why.</summary>
    public DatabaseFailedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one that says why and from what.</summary>
    public DatabaseFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The server's own code, for PostgreSQL the SQLSTATE; null when it gave none.</summary>
    public string? Code { get; init; }

    /// <summary>Whether the server was not there, or was on its way down or up, so that the same may work in a moment.</summary>
    public bool IsPassing { get; init; }
}
