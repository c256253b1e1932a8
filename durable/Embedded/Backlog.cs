namespace ControlPlane.Durable.Embedded;

/// <summary>
/// What is to be done next, bounded. The store is the truth: what does not fit here is read again from there when there
/// is room, and so is everything at the start. A piece is never run twice at once.
/// </summary>
/// <param name="repeats">Whether a piece that is offered while it runs is run again afterwards.</param>
/// <param name="capacity">The most pieces kept here.</param>
/// <param name="keyOf">What tells pieces apart.</param>
/// <param name="load">Reads the first n pieces that the store has, those that run included.</param>
internal sealed class Backlog<TKey, TItem>(
    bool repeats, int capacity, Func<TItem, TKey> keyOf, Func<int, CancellationToken, Task<IReadOnlyList<TItem>>> load) : IDisposable
    where TKey : notnull
    where TItem : class
{
    private readonly Lock _gate = new();
    private readonly Queue<TItem> _queue = new();
    private readonly HashSet<TKey> _queued = [];
    private readonly Dictionary<TKey, TItem?> _running = [];

    // A piece that ends while the store is being read may still be in what was read.
    private readonly HashSet<TKey> _endedWhileLoading = [];
    private int _loads;

    // One permit for each queued piece, and one more while a reload is due: whoever finds the queue empty reloads.
    private readonly SemaphoreSlim _permits = new(1);
    private bool _reloadDue = true;

    /// <summary>Adds a piece, unless it is here already.</summary>
    public void Offer(TItem item)
    {
        lock (_gate)
            Add(item);
    }

    /// <summary>Lets everything be read from the store again, because something may have been missed.</summary>
    public void Reload()
    {
        lock (_gate)
            MakeReloadDue();
    }

    /// <summary>Waits for a piece and marks it as running, until <see cref="Done"/>.</summary>
    public async Task<TItem> TakeAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await _permits.WaitAsync(cancellation);
            if (TryTake(out var item, out var running))
                return item;
            if (running >= 0)
                await LoadAsync(capacity + running, cancellation);
        }
    }

    /// <summary>Ends the run of a piece.</summary>
    public void Done(TItem item)
    {
        lock (_gate)
        {
            if (_loads > 0)
                _endedWhileLoading.Add(keyOf(item));
            if (_running.Remove(keyOf(item), out var again) && again is not null)
                Add(again);
        }
    }

    /// <summary>Takes pieces and runs them, one after the other, until stopped. A run that has begun is finished first.</summary>
    public async Task RunEachAsync(Func<TItem, Task> run, CancellationToken stop)
    {
        while (true)
        {
            var item = await TakeAsync(stop);
            try
            {
                await run(item);
            }
            finally
            {
                Done(item);
            }
        }
    }

    public void Dispose() => _permits.Dispose();

    private bool TryTake(out TItem item, out int running)
    {
        lock (_gate)
        {
            running = -1;
            if (_queue.TryDequeue(out item!))
            {
                _queued.Remove(keyOf(item));
                _running.Add(keyOf(item), default);
                return true;
            }

            if (!_reloadDue)
                return false;
            _reloadDue = false;
            _loads++;
            running = _running.Count;
            return false;
        }
    }

    private async Task LoadAsync(int top, CancellationToken cancellation)
    {
        IReadOnlyList<TItem> items = [];
        try
        {
            items = await load(top, cancellation);
        }
        finally
        {
            lock (_gate)
                EndLoad(items, top);
        }
    }

    private void EndLoad(IReadOnlyList<TItem> items, int top)
    {
        foreach (var item in items)
        {
            if (repeats || !_endedWhileLoading.Contains(keyOf(item)))
                Add(item);
        }

        if (--_loads == 0)
            _endedWhileLoading.Clear();
        if (items.Count >= top)
            MakeReloadDue();
    }

    private void Add(TItem item)
    {
        var key = keyOf(item);
        if (_running.ContainsKey(key))
            _running[key] = repeats ? item : null;
        else if (_queue.Count >= capacity)
            MakeReloadDue();
        else if (_queued.Add(key))
        {
            _queue.Enqueue(item);
            _permits.Release();
        }
    }

    private void MakeReloadDue()
    {
        if (_reloadDue)
            return;
        _reloadDue = true;
        _permits.Release();
    }
}
