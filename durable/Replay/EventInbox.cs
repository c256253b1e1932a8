using ControlPlane.Durable.Protocol;

namespace ControlPlane.Durable.Replay;

/// <summary>
/// Events without a waiter, and waiters without an event. Names ignore case. Both are served in order of arrival; the
/// order is part of determinism and must never change.
/// </summary>
internal sealed class EventInbox
{
    private readonly List<EventRaisedEvent> _kept = [];
    private readonly List<Waiter> _waiters = [];

    /// <summary>Events that nobody took, in order of arrival.</summary>
    public IReadOnlyList<EventRaisedEvent> Kept => _kept;

    public bool HasWaiters => _waiters.Count > 0;

    public Task<string?> Wait(string name, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
            return Task.FromCanceled<string?>(cancellation);
        var index = _kept.FindIndex(kept => SameName(kept.Name, name));
        if (index >= 0)
        {
            var kept = _kept[index];
            _kept.RemoveAt(index);
            return Task.FromResult<string?>(kept.Input);
        }

        var waiter = new Waiter(name, new());
        _waiters.Add(waiter);
        cancellation.Register(() => GiveUp(waiter, cancellation));
        return waiter.Arrival.Task;
    }

    public void Deliver(EventRaisedEvent raised)
    {
        var index = _waiters.FindIndex(waiter => SameName(waiter.Name, raised.Name));
        if (index < 0)
        {
            Keep(raised);
            return;
        }

        var waiter = _waiters[index];
        _waiters.RemoveAt(index);
        waiter.Arrival.TrySetResult(raised.Input);
    }

    /// <summary>Keeps an event for the next generation, whoever waits.</summary>
    public void Keep(EventRaisedEvent raised) => _kept.Add(raised);

    private static bool SameName(string left, string right) => string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    private void GiveUp(Waiter waiter, CancellationToken cancellation)
    {
        if (_waiters.Remove(waiter))
            waiter.Arrival.TrySetCanceled(cancellation);
    }

    private sealed record Waiter(string Name, TaskCompletionSource<string?> Arrival);
}
