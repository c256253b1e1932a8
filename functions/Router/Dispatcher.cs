using ControlPlane.Core.Problems;
using ControlPlane.Core.Routing;

namespace ControlPlane.Functions.Router;

/// <summary>Finds a backend with room for a request, or says why there is none. Pick and count are one atomic step.</summary>
internal sealed class Dispatcher(WaitQueue queue, RouterOptions options, TimeProvider time)
{
    private const int MaxOnStack = 128;

    private RoutingTable _table = RoutingTable.Empty;
    private uint _turn;

    public RoutingTable Table => Volatile.Read(ref _table);

    /// <summary>Swaps in a new table; requests that wait may go on with it.</summary>
    public void Use(RoutingTable table)
    {
        // Not only visible to others, but so before anybody is seen to wait or not.
        Interlocked.Exchange(ref _table, table);
        queue.Pump();
    }

    /// <summary>Takes a place at a backend; the caller must give it back with <see cref="Release"/>.</summary>
    /// <param name="tags">The request's comma list of tags.</param>
    /// <param name="strategy">How to choose.</param>
    /// <param name="tried">Backends that could not be reached for this request; they are not chosen again.</param>
    /// <param name="aborted">The client's own token.</param>
    public ValueTask<Result<Place>> AcquireAsync(
        string tags, PickStrategy strategy, IReadOnlyCollection<Destination>? tried, CancellationToken aborted)
    {
        var candidates = Table.Resolve(tags);
        if (!queue.HasLine(candidates.Line) && TryTake(candidates, strategy, tried) is { } place)
            return new(place);
        return Refuse(candidates, tried) is { } problem ? new(problem) : new(WaitAsync(candidates.Line, tags, strategy, aborted));
    }

    /// <summary>Takes a place at one certain backend.</summary>
    public ValueTask<Result<Place>> AcquireAsync(Destination destination, CancellationToken aborted)
    {
        Place? Take()
        {
            int seen;
            while ((seen = destination.InFlight) < destination.Limit && destination.TakesWork)
            {
                if (!destination.TryAcquire(seen, out var place))
                    continue;
                if (destination.TakesWork)
                    return place;
                GiveBack(place);
            }

            return null;
        }

        return Take() is { } taken ? new(taken) : new(queue.WaitAsync("=" + destination.Name, Take, aborted));
    }

    /// <summary>Gives a place back.</summary>
    /// <param name="place">The place.</param>
    /// <param name="hasRun">Whether the job was sent, and so may have run.</param>
    public void Release(Place place, bool hasRun)
    {
        place.Destination.Jobs.End(place.Started, hasRun);
        queue.Pump();
    }

    /// <summary>One that could not be reached is under suspicion. If it takes work again while this waits, it has proven itself.</summary>
    private Task<Result<Place>> WaitAsync(string line, string tags, PickStrategy strategy, CancellationToken aborted) =>
        queue.WaitAsync(line, () => TryTake(Table.Resolve(tags), strategy, null), aborted);

    private Problem? Refuse(Candidates candidates, IReadOnlyCollection<Destination>? tried)
    {
        if (candidates.Members.Length == 0 && !candidates.IsMonitored)
        {
            var named = candidates.Tags.Count == 0 ? "There is no backend at all." : $"No backend has any of the tags {string.Join(", ", candidates.Tags)}.";
            return new(ProblemCodes.NoTagMatch, $"{named} GET /backend/list lists the backends and their tags.");
        }

        if (tried is not null && !candidates.IsOneJoining && candidates.Ready.All(destination => !destination.TakesWork || tried.Contains(destination)))
        {
            return new(ProblemCodes.BackendUnreachable, $"Could not connect to {string.Join(", ", tried.Select(destination => destination.Name))}. The request was not sent.")
            {
                RetryAfter = options.RetryAfter,
            };
        }

        if (candidates.MayComeUp || candidates.Ready.Any(destination => destination.TakesWork))
            return null;
        var states = string.Join(", ", candidates.Members.Select(destination => $"{destination.Name} {destination.StateInWords}"));
        return new(ProblemCodes.NoHealthyBackend, $"No backend with these tags can take work now: {states}.") { RetryAfter = options.RetryAfter };
    }

    /// <summary>Picks among what is there now. Another request may take the place between pick and count; then the pick is made again.</summary>
    private Place? TryTake(Candidates candidates, PickStrategy strategy, IReadOnlyCollection<Destination>? tried)
    {
        var ready = candidates.Ready;
        var loads = ready.Length <= MaxOnStack ? stackalloc BackendLoad[ready.Length] : new BackendLoad[ready.Length];
        var now = strategy == PickStrategy.ResourceAware ? time.GetUtcNow() : default;
        while (true)
        {
            for (var i = 0; i < ready.Length; i++)
            {
                loads[i] = ready[i].Load(now);
                if (tried is not null && tried.Contains(ready[i]))
                    loads[i] = loads[i] with { Limit = 0 };
            }

            var turn = Interlocked.Increment(ref _turn);
            var index = strategy == PickStrategy.ResourceAware ? Pick.MostFreeCores(loads, turn) : Pick.LeastJobs(loads, turn);
            if (index == Pick.None)
                return null;
            if (!ready[index].TryAcquire(loads[index].InFlight, out var place))
                continue;
            if (ready[index].TakesWork)
                return place;

            // It began to drain at this moment. Counted before looking, so that the drain cannot miss it either.
            GiveBack(place);
        }
    }

    private static void GiveBack(Place place) => place.Destination.Jobs.End(place.Started, hasRun: false);
}
