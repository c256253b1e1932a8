namespace ControlPlane.Core.Storage;

/// <summary>What makes changes a transaction, the same for every store.</summary>
public static class EntityTransaction
{
    /// <exception cref="ArgumentException">
    /// No change, more than <see cref="IEntityStore.MaxChanges"/>, one row named twice, or a key that is not storable.
    /// </exception>
    public static void ThrowIfNone(string partition, IReadOnlyList<EntityChange> changes)
    {
        if (changes.Count is 0 or > IEntityStore.MaxChanges)
            throw new ArgumentException($"A transaction holds 1 to {IEntityStore.MaxChanges} changes, this one {changes.Count}.", nameof(changes));
        EntityKey.ThrowIfNotStorable(partition);
        var rows = new HashSet<string>(StringComparer.Ordinal);
        foreach (var change in changes)
        {
            EntityKey.ThrowIfNotStorable(change.Row);
            if (!rows.Add(change.Row))
                throw new ArgumentException($"The row '{change.Row}' is named twice.", nameof(changes));
        }
    }
}
