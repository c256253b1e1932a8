namespace SqlEngine.Data;

/// <summary>Where an engine keeps its data.</summary>
internal interface IDatabase : IDisposable
{
    /// <summary><c>sqlite</c> or <c>postgresql</c>.</summary>
    string Kind { get; }

    /// <summary>What users are told: where it is.</summary>
    string Name { get; }

    /// <summary>Whether an owner can keep a connection with its temp tables from one script to the next.</summary>
    bool KeepsSessions { get; }

    /// <summary>A connection for one session.</summary>
    /// <param name="onlyReads">Whether nothing will be written on it.</param>
    /// <param name="cancellation">Ends the wait for a connection.</param>
    /// <exception cref="SqlFailure">The database cannot be reached or opened.</exception>
    IConnection Connect(bool onlyReads, CancellationToken cancellation);
}
