namespace SqlEngine.Data;

/// <summary>
/// A connection to a database, used by one thread at a time. Everything it does ends soon after the token of the
/// current use is cancelled.
/// </summary>
internal interface IConnection : IDisposable
{
    /// <summary>The schema that temp tables are in.</summary>
    string TempSchema { get; }

    /// <summary>From now on, work on this connection belongs to the bearer of this token.</summary>
    void UseFor(CancellationToken cancellation);

    /// <summary>Ends what a script has left open.</summary>
    void EndUse();

    /// <summary>Runs one statement and gives its rows.</summary>
    /// <exception cref="SqlFailure">The database refused or failed it.</exception>
    /// <exception cref="OperationCanceledException">The current use was cancelled.</exception>
    IRows Query(string sql);

    /// <summary>Runs one statement to its end and drops its rows.</summary>
    /// <exception cref="SqlFailure">The database refused or failed it.</exception>
    /// <exception cref="OperationCanceledException">The current use was cancelled.</exception>
    void Execute(string sql);
}
