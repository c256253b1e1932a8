namespace ControlPlane.Core.Databases;

/// <summary>Copies that follow their original while that is written to.</summary>
public interface IDatabaseReplication
{
    /// <summary>Why it cannot be used now, in words; null when it can.</summary>
    Task<string?> FindObstacleAsync(string database, CancellationToken cancellation);

    /// <summary>What may go wrong with the server while a copy follows for long, in words; null when nothing is known.</summary>
    Task<string?> FindRiskAsync(string database, CancellationToken cancellation);

    /// <summary>Makes a copy's tables and begins to fill and follow. Returns once that is under way; finds what an earlier call has done.</summary>
    /// <param name="from">The original.</param>
    /// <param name="to">The copy; made, unless <paramref name="hasData"/>.</param>
    /// <param name="hasData">Whether the copy is there and equal to the original now, so that it only follows.</param>
    /// <param name="cancellation">Gives up.</param>
    Task StartAsync(string from, string to, bool hasData, CancellationToken cancellation);

    /// <summary>How far the copy has got.</summary>
    Task<ReplicationState> ReadAsync(string from, string to, CancellationToken cancellation);

    /// <summary>Waits until the copy holds all that the original held at the call. Nobody may write to the original meanwhile.</summary>
    /// <exception cref="DatabaseFailedException">It did not come so far in time, or it has failed.</exception>
    Task CatchUpAsync(string from, string to, TimeSpan patience, CancellationToken cancellation);

    /// <summary>Ends it and removes what it needed. Does nothing when there is nothing left of it.</summary>
    /// <param name="from">The original.</param>
    /// <param name="to">The copy.</param>
    /// <param name="takesCounters">Whether the copy's counters, such as sequences, are set to the original's. Never for a copy that is written to itself by now.</param>
    /// <param name="cancellation">Gives up.</param>
    Task StopAsync(string from, string to, bool takesCounters, CancellationToken cancellation);
}

/// <summary>How far a copy that follows has got.</summary>
/// <param name="IsFilled">Whether what was there at the start has all been copied.</param>
/// <param name="LagBytes">Bytes of the original's log that the copy has not confirmed.</param>
/// <param name="Progress">How far the filling has got; an estimate.</param>
/// <param name="Failure">Why it stands still, in words; null when it does not.</param>
public sealed record ReplicationState(bool IsFilled, long LagBytes, CopyProgress Progress, string? Failure);
