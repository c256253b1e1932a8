using System.Runtime.CompilerServices;
using ControlPlane.Core.Scaling;
using ControlPlane.Core.Storage;

namespace ControlPlane.Functions.Groups;

/// <summary>The decisions of one group, newest first, read a few at a time: twice as many as before whenever more are wanted.</summary>
/// <param name="store">Where they are.</param>
/// <param name="tag">The group.</param>
internal sealed class DecisionStream(IEntityStore store, string tag)
{
    private const int LargestRead = 256;

    private readonly Queue<Decision> _read = new();
    private long _next = long.MaxValue;
    private int _size = 1;

    /// <summary>The next one; null at the end.</summary>
    public Decision? Head => _read.TryPeek(out var decision) ? decision : null;

    /// <summary>Begins with those up to a look.</summary>
    public Task BeginAtAsync(long sequence, CancellationToken cancellation)
    {
        _next = sequence;
        return FillAsync(cancellation);
    }

    /// <summary>
    /// Begins with those from before a moment. They are stored by their number, and later ones have later times: it goes
    /// back in growing steps, and then halves the last of them.
    /// </summary>
    public async Task BeginBeforeAsync(DateTimeOffset moment, CancellationToken cancellation)
    {
        var newest = await ReadOneAsync(long.MaxValue, cancellation);
        if (newest is null || newest.At < moment)
        {
            BeginWith(newest);
            return;
        }

        // Of those up to "low", none is later than the one that was found; all from "high" on are too late.
        var (low, high, isBetween) = (0L, newest.Sequence, false);
        Decision? found = null;
        for (var step = 1L; high > low + 1; step *= 2)
        {
            isBetween |= newest.Sequence <= step;
            var probe = isBetween ? low + ((high - low) / 2) : newest.Sequence - step;
            var there = await ReadOneAsync(probe, cancellation);
            if (there is null || there.At < moment)
                (low, found, isBetween) = (probe, there ?? found, true);
            else
                high = there.Sequence;
        }

        BeginWith(found);
    }

    /// <summary>Takes the next one away.</summary>
    public async Task<Decision> TakeAsync(CancellationToken cancellation)
    {
        var decision = _read.Dequeue();
        if (_read.Count == 0)
            await FillAsync(cancellation);
        return decision;
    }

    /// <summary>All that are left.</summary>
    public async IAsyncEnumerable<Decision> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (Head is not null)
            yield return await TakeAsync(cancellation);
    }

    private void BeginWith(Decision? first)
    {
        if (first is null)
            return;
        _read.Enqueue(first);
        _next = first.Sequence - 1;
    }

    private async Task FillAsync(CancellationToken cancellation)
    {
        await foreach (var entity in store.ReadAllAsync(GroupStore.Table, From(_next, _size), cancellation))
        {
            _read.Enqueue(GroupStore.ReadDecision(entity));
            if (_read.Count == _size)
                break;
        }

        if (_read.Count > 0)
            _next = _read.Last().Sequence - 1;
        _size = Math.Min(LargestRead, _size * 2);
    }

    private async Task<Decision?> ReadOneAsync(long sequence, CancellationToken cancellation)
    {
        await foreach (var entity in store.ReadAllAsync(GroupStore.Table, From(sequence, 1), cancellation))
            return GroupStore.ReadDecision(entity);
        return null;
    }

    private EntityQuery From(long sequence, int top) =>
        EntityQuery.Prefix(tag, GroupStore.DecisionPrefix) with { From = GroupStore.DecisionRow(Math.Max(0, sequence)), Top = top };
}
