using System.Collections.Concurrent;
using ControlPlane.Functions.Router.Forwarding.EventLoops;

namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>
/// One backend as the forwarder sees it: its url and the connections to it. It may be disposed while requests run on
/// it; those finish, and their connections are closed then.
/// </summary>
internal sealed class Upstream : IDisposable
{
    private readonly UpstreamDialer _dialer;
    private readonly IdleConnections[] _idle;
    private readonly CoarseClock _clock;
    private readonly ConcurrentDictionary<UpstreamConnection, byte> _open = new();
    private readonly ITimer _sweep;
    private readonly long _idleTicks;
    private volatile bool _isDisposed;

    /// <summary>Prepares; nothing is connected before the first request.</summary>
    /// <param name="address">An http or https url, possibly with a path that goes before the path of each request.</param>
    /// <param name="options">Limits of its connections.</param>
    /// <param name="time">The clock of all deadlines.</param>
    /// <exception cref="ArgumentException">The url is not as described.</exception>
    public Upstream(Uri address, UpstreamOptions options, TimeProvider time)
    {
        Address = address;
        Target = new UpstreamAddress(address);
        _dialer = new UpstreamDialer(Target, options, time);
        _idle = [.. Enumerable.Range(0, EventLoop.IsSupported ? EventLoop.All.Count : 1).Select(_ => new IdleConnections(options.MaxIdleConnections))];
        _clock = new CoarseClock(time, options.SweepInterval);
        _idleTicks = _clock.Ticks(options.IdleLifetime);
        ResponseTicks = _clock.Ticks(options.ResponseTimeout);
        BodyIdleTicks = _clock.Ticks(options.BodyIdleTimeout);
        _sweep = time.CreateTimer(static self => ((Upstream)self!).Sweep(), this, options.SweepInterval, options.SweepInterval);
    }

    /// <summary>The backend's url.</summary>
    public Uri Address { get; }

    /// <summary>What the url means for each request.</summary>
    public UpstreamAddress Target { get; }

    /// <summary>Strings of the headers that this backend sends.</summary>
    public HeaderStrings Strings { get; } = new();

    /// <summary>The response timeout in the ticks of connections' deadlines.</summary>
    public long ResponseTicks { get; }

    /// <summary>The body's idle timeout in the ticks of connections' deadlines.</summary>
    public long BodyIdleTicks { get; }

    /// <summary>How many connections are open now, in use or not.</summary>
    public int OpenConnections => _open.Count;

    /// <summary>How many of the open connections are unused now.</summary>
    public int IdleConnections => _idle.Sum(pool => pool.Count);

    // A request stays on its loop; one that is on none goes to a loop by its processor.
    private int Pool => EventLoop.Current?.Index ?? Thread.GetCurrentProcessorId() % _idle.Length;

    /// <summary>Takes an unused connection that the backend has not closed; null when there is none.</summary>
    public UpstreamConnection? TakeIdle()
    {
        var idle = _idle[Pool];
        while (idle.Take() is { } connection)
        {
            if (connection.IsQuiet())
                return connection;
            Close(connection);
        }

        return null;
    }

    /// <summary>Opens a connection; null when that fails, takes too long, or the client goes away.</summary>
    public async ValueTask<UpstreamConnection?> ConnectAsync(CancellationToken clientGone)
    {
        var pool = Pool;
        if (await _dialer.DialAsync(EventLoop.IsSupported ? EventLoop.All[pool] : null, clientGone) is not { } wire)
            return null;
        var connection = new UpstreamConnection(wire, pool, _clock);
        _open.TryAdd(connection, 0);
        return connection;
    }

    /// <summary>Keeps a connection for the next request.</summary>
    public void Keep(UpstreamConnection connection)
    {
        connection.Reset();
        if (!_idle[connection.Pool].TryPut(connection))
            Close(connection);
        else if (_isDisposed)
            CloseIdle();
    }

    /// <summary>Closes a connection that cannot be used again.</summary>
    public void Close(UpstreamConnection connection)
    {
        _open.TryRemove(connection, out _);
        connection.Dispose();
        StopSweepWhenDone();
    }

    /// <summary>Closes the unused connections now and every other one when its request ends.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        CloseIdle();
        StopSweepWhenDone();
    }

    private void CloseIdle()
    {
        foreach (var idle in _idle)
        {
            while (idle.Take() is { } connection)
                Close(connection);
        }
    }

    // Until then the requests that still run need their deadlines.
    private void StopSweepWhenDone()
    {
        if (_isDisposed && _open.IsEmpty)
            _sweep.Dispose();
    }

    private void Sweep()
    {
        _clock.Advance();
        var now = _clock.Now;
        foreach (var connection in _idle.SelectMany(pool => pool.TakeWhere(idle => idle.IdleSince + _idleTicks <= now || !idle.IsQuiet())))
            Close(connection);
        foreach (var (connection, _) in _open)
            connection.AbortIfOverdue(now);
    }
}
