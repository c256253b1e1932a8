using ControlPlane.Core.Problems;
using ControlPlane.Core.Routing;
using ControlPlane.Functions.Router.Holding;

namespace ControlPlane.Functions.Router;

/// <summary>Finds a backend with room for a request, or says why there is none. Pick and count are one atomic step.</summary>
internal sealed class Dispatcher(WaitQueue queue, RouterOptions options, TimeProvider time)
{
    private const int MaxOnStack = 128;

    private RoutingTable _table = RoutingTable.Empty;
    private uint _turn;

    /// <summary>Raised with each new table, once those who wait for a backend have seen it.</summary>
    public event Action? TableChanged;

    public RoutingTable Table => Volatile.Read(ref _table);

    /// <summary>Swaps in a new table; requests that wait may go on with it.</summary>
    public void Use(RoutingTable table)
    {
        // Not only visible to others, but so before anybody is seen to wait or not.
        Interlocked.Exchange(ref _table, table);
        queue.Pump();
        TableChanged?.Invoke();
    }

    /// <summary>
    /// Takes a place at a backend; the caller must give it back with <see cref="Release"/>. Gives
    /// <see cref="Place.BehindGate"/> when one of its groups is being upgraded and nobody has said what the request does,
    /// and, at once or after a wait, when a gate is closed to it.
    /// </summary>
    /// <param name="request">What the place is for.</param>
    /// <param name="aborted">The client's own token.</param>
    public ValueTask<Result<Place>> AcquireAsync(PlaceRequest request, CancellationToken aborted)
    {
        var table = Table;
        var candidates = table.Resolve(request.Tags);
        if (candidates.Changing.Length > 0 && request.Kind == RequestKind.Unknown)
            return new(Place.BehindGate);
        if (!queue.HasLine(candidates.Line) && TryTake(table, candidates, request) is { } place)
            return new(place);
        candidates = Table.Resolve(request.Tags);
        return Refuse(candidates, request.Tried) is { } problem ? new(problem) : new(WaitAsync(candidates.Line, request, aborted));
    }

    /// <summary>
    /// Takes a place at one certain backend; <see cref="Place.BehindGate"/> when a gate is closed to the request, or its
    /// tags do not lead there any more.
    /// </summary>
    public ValueTask<Result<Place>> AcquireAsync(Destination destination, PlaceRequest request, CancellationToken aborted) =>
        TryTake(destination, request) is { } taken
            ? new(taken)
            : new(queue.WaitAsync("=" + destination.Name, () => TryTake(destination, request), aborted));

    /// <summary>Gives a place back.</summary>
    /// <param name="place">The place.</param>
    /// <param name="hasRun">Whether the job was sent, and so may have run.</param>
    public void Release(Place place, bool hasRun)
    {
        place.Destination.End(place, hasRun);
        queue.Pump();
    }

    /// <summary>One that could not be reached is under suspicion. If it takes work again while this waits, it has proven itself.</summary>
    private Task<Result<Place>> WaitAsync(string line, PlaceRequest request, CancellationToken aborted)
    {
        var again = request with { Tried = null };
        return queue.WaitAsync(line, () => TryTake(again), aborted);
    }

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
    private Place? TryTake(in PlaceRequest request)
    {
        var table = Table;
        return TryTake(table, table.Resolve(request.Tags), request);
    }

    /// <summary>
    /// Counts first and then looks whether the table is still the same: whoever swaps it in can be sure that each job which
    /// the old one allowed is in the count by then, and that none comes after.
    /// </summary>
    private Place? TryTake(RoutingTable table, Candidates candidates, in PlaceRequest request)
    {
        while (true)
        {
            if (candidates.Holds(request.Kind))
                return Place.BehindGate;
            var place = TryPick(candidates.Ready, request);
            var current = Table;
            if (current == table)
                return place;
            if (place is { } stale)
                GiveBack(stale);
            (table, candidates) = (current, current.Resolve(request.Tags));
        }
    }

    private Place? TryTake(Destination destination, in PlaceRequest request)
    {
        while (true)
        {
            var table = Table;
            var candidates = table.Resolve(request.Tags);
            if (candidates.Holds(request.Kind) || !candidates.Members.Contains(destination))
                return Place.BehindGate;
            var place = TryPick([destination], request);
            if (Table == table)
                return place;
            if (place is { } stale)
                GiveBack(stale);
        }
    }

    private Place? TryPick(Destination[] ready, in PlaceRequest request)
    {
        var loads = ready.Length <= MaxOnStack ? stackalloc BackendLoad[ready.Length] : new BackendLoad[ready.Length];
        var (strategy, tried) = (request.Strategy, request.Tried);
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
            if (!ready[index].TryAcquire(loads[index].InFlight, out var place, isRead: request.Kind == RequestKind.Read))
                continue;
            if (ready[index].TakesWork)
                return place;

            // It began to drain at this moment. Counted before looking, so that the drain cannot miss it either.
            place.Destination.End(place, hasRun: false);
        }
    }

    /// <summary>Somebody may have found the backend full meanwhile and wait. Not from here: this may be the queue's own call.</summary>
    private void GiveBack(Place place)
    {
        place.Destination.End(place, hasRun: false);
        ThreadPool.UnsafeQueueUserWorkItem(static queue => queue.Pump(), queue, preferLocal: false);
    }
}
