namespace ControlPlane.Functions.Router.Forwarding.EventLoops;

/// <summary>
/// One thread that waits for many sockets and runs what waits for them, there and then. A request that comes in on a
/// loop's socket and goes out on another of the same loop never changes threads, and the waits of many requests share
/// one system call. What runs on a loop must not block: it holds up every connection of that loop.
/// </summary>
internal sealed class EventLoop
{
    [ThreadStatic]
    private static EventLoop? _current;

    private readonly Epoll _epoll = new();
    private readonly Lock _gate = new();
    private LoopSocket?[] _sockets = new LoopSocket?[256];
    private List<Readiness> _deferred = [];
    private List<Readiness> _running = [];
    private uint _generation;

    private EventLoop(int index) => Index = index;

    /// <summary>All loops: as many as the process has cores. Their threads start with the first use.</summary>
    public static IReadOnlyList<EventLoop> All => Started.Loops;

    /// <summary>Whether this system has what event loops need.</summary>
    public static bool IsSupported => OperatingSystem.IsLinux();

    /// <summary>The loop whose thread this is, or null.</summary>
    public static EventLoop? Current => _current;

    /// <summary>The place of this loop in <see cref="All"/>.</summary>
    public int Index { get; }

    /// <summary>Counts the rounds of the loop; what has the same number ran without other sockets getting a turn.</summary>
    public int Round { get; private set; }

    /// <summary>Begins to watch a socket. Safe on any thread.</summary>
    public void Attach(LoopSocket socket)
    {
        lock (_gate)
        {
            if (socket.Descriptor >= _sockets.Length)
                Array.Resize(ref _sockets, Math.Max(_sockets.Length * 2, socket.Descriptor + 1));
            socket.Generation = ++_generation;
            _sockets[socket.Descriptor] = socket;
        }

        _epoll.Add(socket.Handle, ((ulong)socket.Generation << 32) | (uint)socket.Descriptor);
    }

    /// <summary>Forgets a socket that is about to be closed. Safe on any thread.</summary>
    public void Detach(LoopSocket socket)
    {
        lock (_gate)
        {
            if (socket.Descriptor < _sockets.Length && _sockets[socket.Descriptor] == socket)
                _sockets[socket.Descriptor] = null;
        }
    }

    /// <summary>Signals it when the other sockets have had their turn. Only on the loop's own thread.</summary>
    public void Defer(Readiness readiness) => _deferred.Add(readiness);

    private static EventLoop Start(int index)
    {
        var loop = new EventLoop(index);
        new Thread(loop.Run) { IsBackground = true, Name = $"event loop {index}" }.Start();
        return loop;
    }

    private void Run()
    {
        _current = this;
        CoreShare.AskForShortSlices();
        var share = new CoreShare();
        while (true)
        {
            var count = _epoll.Wait(mayBlock: _deferred.Count == 0);
            Round++;
            for (var i = 0; i < count; i++)
                Pass(_epoll.Change(i));
            RunDeferred();
            share.EndRound();
        }
    }

    // A descriptor may have been closed and opened again since its change was reported: the generation tells.
    private void Pass((ulong Token, uint Events) change)
    {
        var sockets = Volatile.Read(ref _sockets);
        var socket = sockets[(int)(uint)change.Token];
        if (socket is not null && socket.Generation == (uint)(change.Token >> 32))
            socket.OnChange(change.Events);
    }

    private void RunDeferred()
    {
        (_running, _deferred) = (_deferred, _running);
        foreach (var readiness in _running)
            readiness.Signal();
        _running.Clear();
    }

    // Apart, so that asking for the current loop starts nothing.
    private static class Started
    {
        internal static readonly EventLoop[] Loops = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(Start)];
    }
}
