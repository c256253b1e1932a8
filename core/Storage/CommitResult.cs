namespace ControlPlane.Core.Storage;

/// <summary>What became of a transaction.</summary>
public abstract record CommitResult
{
    private CommitResult()
    {
    }

    /// <summary>All changes were made.</summary>
    /// <param name="ETags">The new ETag of each changed row in the order of the changes; null for a deleted one.</param>
    public sealed record Committed(IReadOnlyList<string?> ETags) : CommitResult;

    /// <summary>No change was made, because one precondition did not hold.</summary>
    /// <param name="Change">The index of the first change whose precondition did not hold.</param>
    /// <param name="Reason">Which one.</param>
    public sealed record Refused(int Change, Refusal Reason) : CommitResult;
}

/// <summary>Why a transaction was refused.</summary>
public enum Refusal
{
    /// <summary>A row to be added is there already.</summary>
    Exists,

    /// <summary>A row to be replaced or deleted is not there.</summary>
    Missing,

    /// <summary>A row was written since it was read.</summary>
    Changed,
}
