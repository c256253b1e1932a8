using System.Runtime.CompilerServices;
using ControlPlane.Core.Scaling;
using ControlPlane.Core.Storage;
using ControlPlane.Functions.Registry;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Groups;

/// <summary>
/// Reads stored decisions, newest first, of one group or of all that a monitor watches. A page looks at a bounded number
/// of decisions, whatever is asked for, and says where to go on.
/// </summary>
internal sealed class DecisionLog(IEntityStore store, Registry<Monitor> monitors)
{
    /// <summary>The most decisions that one page looks at.</summary>
    public const int MostLookedAt = 2000;

    private const int ReadsAtOnce = 8;

    /// <summary>One page.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="top">The most to give.</param>
    /// <param name="after">Where the page before ended; null for the first.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<DecisionPage> ReadAsync(DecisionFilter filter, int top, DecisionPosition? after, CancellationToken cancellation)
    {
        var heads = new PriorityQueue<DecisionStream, DecisionPosition>();
        foreach (var stream in await OpenAsync(filter, after, cancellation))
            Add(stream);

        var found = new List<Decision>();
        for (var lookedAt = 0; heads.Count > 0 && found.Count < top && lookedAt < MostLookedAt; lookedAt++)
        {
            var stream = heads.Dequeue();
            var decision = await stream.TakeAsync(cancellation);
            after = Position(decision);
            if (filter.Matches(decision))
                found.Add(decision);
            Add(stream);
        }

        return new(found, heads.Count > 0 ? after : null);

        // Older ones of a group follow, so that one that is too old ends it.
        void Add(DecisionStream stream)
        {
            if (stream.Head is { } head && !(head.At < filter.Since))
                heads.Enqueue(stream, Position(head));
        }
    }

    /// <summary>The decisions of a group from before a moment, newest first.</summary>
    public async IAsyncEnumerable<Decision> ReadBackAsync(
        string tag, DateTimeOffset before, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var stream = new DecisionStream(store, tag);
        await stream.BeginBeforeAsync(before, cancellation);
        await foreach (var decision in stream.ReadAllAsync(cancellation))
            yield return decision;
    }

    private static DecisionPosition Position(Decision decision) => new(decision.At, decision.Tag, decision.Sequence);

    private async Task<IReadOnlyCollection<DecisionStream>> OpenAsync(DecisionFilter filter, DecisionPosition? after, CancellationToken cancellation)
    {
        var streams = (await TagsAsync(filter, cancellation)).ToDictionary(tag => tag, tag => new DecisionStream(store, tag), StringComparer.Ordinal);
        var some = new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellation };
        await Parallel.ForEachAsync(streams, some, async (pair, token) => await BeginAsync(pair.Value, pair.Key, filter, after, token));
        return streams.Values;
    }

    private static Task BeginAsync(DecisionStream stream, string tag, DecisionFilter filter, DecisionPosition? after, CancellationToken cancellation)
    {
        if (tag == after?.Tag)
            return stream.BeginAtAsync(after.Sequence - 1, cancellation);
        // Of the moment at which the last page ended, the tags that sort later are still to come.
        var before = string.CompareOrdinal(tag, after?.Tag) > 0 ? after?.At.AddTicks(1) : after?.At;
        before = before is null || filter.Until < before ? filter.Until : before;
        return before is { } moment ? stream.BeginBeforeAsync(moment, cancellation) : stream.BeginAtAsync(long.MaxValue, cancellation);
    }

    private async Task<IEnumerable<string>> TagsAsync(DecisionFilter filter, CancellationToken cancellation)
    {
        if (filter.Tag is { } tag)
            return [tag];
        if (filter.Monitor is { } name)
            return await monitors.FindAsync(name, cancellation) is { } row ? [row.Value.Tag] : [];
        return (await monitors.ListAsync(cancellation)).Select(row => row.Value.Tag);
    }
}

/// <summary>Part of a list of decisions.</summary>
/// <param name="Decisions">Those that were found, newest first. There may be few or none, and still be more.</param>
/// <param name="Next">Where to go on; null at the end.</param>
internal sealed record DecisionPage(IReadOnlyList<Decision> Decisions, DecisionPosition? Next);
