namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>
/// Unused connections, taken and put back without a lock. Both ends search from the lowest slot, so a small load keeps
/// using the same few connections and the surplus in the higher slots grows old. A linked stack would be stricter about
/// the order, but connections come back to it, which is the ABA problem.
/// </summary>
/// <param name="capacity">The most connections it holds.</param>
internal sealed class IdleConnections(int capacity)
{
    private readonly UpstreamConnection?[] _slots = new UpstreamConnection?[capacity];

    /// <summary>How many connections are in it at this moment.</summary>
    public int Count => _slots.Count(slot => slot is not null);

    /// <summary>Takes the connection in the lowest used slot, or null when there is none.</summary>
    public UpstreamConnection? Take()
    {
        foreach (ref var slot in _slots.AsSpan())
        {
            if (Volatile.Read(ref slot) is not null && Interlocked.Exchange(ref slot, null) is { } connection)
                return connection;
        }

        return null;
    }

    /// <summary>Puts a connection into the lowest free slot; false when all are used.</summary>
    public bool TryPut(UpstreamConnection connection)
    {
        foreach (ref var slot in _slots.AsSpan())
        {
            if (Volatile.Read(ref slot) is null && Interlocked.CompareExchange(ref slot, connection, null) is null)
                return true;
        }

        return false;
    }

    /// <summary>Takes out every connection for which <paramref name="condition"/> holds.</summary>
    public IEnumerable<UpstreamConnection> TakeWhere(Func<UpstreamConnection, bool> condition)
    {
        for (var i = 0; i < _slots.Length; i++)
        {
            var seen = Volatile.Read(ref _slots[i]);
            if (seen is not null && condition(seen) && Interlocked.CompareExchange(ref _slots[i], null, seen) == seen)
                yield return seen;
        }
    }
}
