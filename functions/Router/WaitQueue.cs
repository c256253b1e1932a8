using ControlPlane.Core.Problems;

namespace ControlPlane.Functions.Router;

/// <summary>
/// Requests that wait for a free backend: one line for each list of tags, first come, first served, each line bounded,
/// each wait with a deadline. Costs nothing while nobody waits.
/// </summary>
internal sealed class WaitQueue(RouterOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedList<Waiter>> _lines = new(StringComparer.Ordinal);
    private int _waiting;

    /// <summary>Whether anybody waits at all; read by every request that ends.</summary>
    public bool IsEmpty => Volatile.Read(ref _waiting) == 0;

    /// <summary>Whether somebody waits in that line, so that a newcomer must not pass.</summary>
    public bool HasLine(string line)
    {
        if (IsEmpty)
            return false;
        lock (_gate)
            return _lines.ContainsKey(line);
    }

    /// <summary>Every line in which somebody waits.</summary>
    public IReadOnlyDictionary<string, LineReport> Measure()
    {
        if (IsEmpty)
            return RouterReport.Empty.Lines;
        lock (_gate)
        {
            return _lines.Where(pair => pair.Value.Count > 0).ToDictionary(
                pair => pair.Key,
                pair => new LineReport(pair.Value.Count, time.GetElapsedTime(pair.Value.First!.Value.Since)),
                StringComparer.Ordinal);
        }
    }

    /// <summary>Waits until <paramref name="tryTake"/> gives a place, the deadline passes, or the client goes.</summary>
    /// <param name="line">The line to stand in.</param>
    /// <param name="tryTake">Called under the queue's lock, by whoever frees a place; must not block.</param>
    /// <param name="aborted">The client's own token.</param>
    /// <exception cref="OperationCanceledException">The client went.</exception>
    public async Task<Result<Place>> WaitAsync(string line, Func<Place?> tryTake, CancellationToken aborted)
    {
        var waiter = new Waiter(tryTake, time.GetTimestamp());
        if (!Enter(line, waiter))
        {
            return new Problem(ProblemCodes.QueueFull, $"{options.QueueLimit} requests wait for these tags already. Try again later.")
            {
                RetryAfter = options.RetryAfter,
            };
        }

        // The place that was freed between the failed pick and the entry must not be missed.
        Pump();

        using var deadline = new CancellationTokenSource(options.QueueDeadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, aborted);
        using var registration = either.Token.UnsafeRegister(static state => ((Waiter)state!).GiveUp(), waiter);
        var served = await waiter.Task;
        Leave(line, waiter);
        if (served is { } place)
            return place;

        aborted.ThrowIfCancellationRequested();
        return new Problem(ProblemCodes.QueueTimeout, $"No backend became free within {options.QueueDeadline.TotalSeconds:0.#} s. Try again later.")
        {
            RetryAfter = options.RetryAfter,
        };
    }

    /// <summary>Gives free places to those who wait; called whenever a place may have become free.</summary>
    public void Pump()
    {
        if (IsEmpty)
            return;
        lock (_gate)
        {
            // Lines can lead to the same backends, so the one whose head has waited longest goes first.
            var byAge = new PriorityQueue<string, long>(_lines.Select(pair => (pair.Key, pair.Value.First!.Value.Since)));
            while (byAge.TryDequeue(out var line, out _))
            {
                var waiters = _lines[line];
                if (!waiters.First!.Value.TryServe())
                    continue;
                Remove(line, waiters, waiters.First.Value);
                if (waiters.First is { } next)
                    byAge.Enqueue(line, next.Value.Since);
            }
        }
    }

    private bool Enter(string line, Waiter waiter)
    {
        lock (_gate)
        {
            if (!_lines.TryGetValue(line, out var waiters))
                _lines[line] = waiters = [];
            if (waiters.Count >= options.QueueLimit)
                return false;
            waiter.Node = waiters.AddLast(waiter);
            Interlocked.Increment(ref _waiting);
            return true;
        }
    }

    private void Leave(string line, Waiter waiter)
    {
        lock (_gate)
        {
            if (_lines.TryGetValue(line, out var waiters))
                Remove(line, waiters, waiter);
        }
    }

    private void Remove(string line, LinkedList<Waiter> waiters, Waiter waiter)
    {
        if (waiter.Node is null)
            return;
        waiters.Remove(waiter.Node);
        waiter.Node = null;
        Interlocked.Decrement(ref _waiting);
        if (waiters.Count == 0)
            _lines.Remove(line);
    }

    private sealed class Waiter(Func<Place?> tryTake, long since)
    {
        private readonly TaskCompletionSource<Place?> _served = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Lock _gate = new();

        public LinkedListNode<Waiter>? Node { get; set; }

        public long Since { get; } = since;

        public Task<Place?> Task => _served.Task;

        /// <summary>Takes a place if there is one. True when this waiter is done, with a place or because it gave up.</summary>
        public bool TryServe()
        {
            lock (_gate)
            {
                if (_served.Task.IsCompleted)
                    return true;
                if (tryTake() is not { } place)
                    return false;
                _served.SetResult(place);
                return true;
            }
        }

        public void GiveUp()
        {
            lock (_gate)
                _served.TrySetResult(null);
        }
    }
}
