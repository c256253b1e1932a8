using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Profiles;

namespace ControlPlane.Infra.LocalProcess;

/// <summary>
/// Starts instances as processes on this machine. A process carries its instance's name and its owner's mark in its
/// environment, so that after any crash the processes themselves say what exists; no pid file can lie about it.
/// </summary>
public sealed class LocalProcessProvider(LocalProcessOptions options, TimeProvider time) : IInstanceProvider, IDisposable
{
    private const string Host = "127.0.0.1";
    private static readonly TimeSpan StopPoll = TimeSpan.FromMilliseconds(20);

    // Two calls for one instance may overlap after a crash; the second must find what the first has started.
    private readonly SemaphoreSlim _starting = new(1, 1);

    // A process has no marks for the moment in which one program takes the place of another in it (exec): what was
    // started here is known without them.
    private readonly ConcurrentDictionary<string, OwnedProcess> _started = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Name => "local";

    /// <inheritdoc/>
    public int Slots => options.Slots;

    /// <inheritdoc/>
    public bool CanStart(EngineProfile profile) => profile.Local is not null;

    /// <inheritdoc/>
    public StartLimits LimitsOf(EngineProfile profile) =>
        profile.Local is { } start ? new() { BootDeadline = start.BootDeadline, StopGrace = start.StopGrace } : new();

    /// <inheritdoc/>
    public async Task<InstanceHandle> CreateAsync(StartOrder order, CancellationToken cancellation)
    {
        var name = order.Name;
        OwnedProcess.CheckName(options, name);
        var start = order.Profile.Local ?? throw new InstanceFailedException($"The profile {order.Profile.Name} has no section \"local\" that says how to start it.");
        await _starting.WaitAsync(cancellation);
        try
        {
            // The engine is older than its children, which carry its marks too; pids wrap and say nothing of age.
            var running = Find(name).Where(process => process.Url is not null).MinBy(process => process.Identity.StartTicks)
                ?? OwnedProcess.Start(options, order, start, $"http://{Host}:{FreePort()}");
            _started[name] = running;
            return new InstanceHandle(order.Slot, running.Url!, running.Identity.ToString());
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <inheritdoc/>
    public Task<bool> IsAliveAsync(InstanceHandle handle, CancellationToken cancellation) =>
        Task.FromResult(ProcessIdentity.Parse(handle.Reference) is { } identity && identity.IsRunning());

    /// <inheritdoc/>
    public async Task DestroyAsync(string name, TimeSpan grace, CancellationToken cancellation)
    {
        OwnedProcess.CheckName(options, name);
        var kill = time.GetUtcNow() + grace;
        var told = new HashSet<ProcessIdentity>();
        while (Find(name) is { Count: > 0 } left)
        {
            foreach (var process in left)
            {
                if (time.GetUtcNow() >= kill)
                    process.Identity.Signal(Signals.Kill);
                else if (told.Add(process.Identity))
                    process.Identity.Signal(Signals.Terminate);
            }

            await Task.Delay(StopPoll, time, cancellation);
        }

        _started.TryRemove(name, out _);
        OwnedProcess.RemoveFolder(options, name);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<string>>([.. OwnedProcess.FindAll(options.Owner).Select(process => process.Instance).Distinct(StringComparer.Ordinal)]);

    /// <inheritdoc/>
    public Task<string> ReadLogTailAsync(string name, CancellationToken cancellation) =>
        Task.FromResult(OwnedProcess.ReadLogTail(options, name));

    /// <summary>Lets go of the lock; processes go on.</summary>
    public void Dispose() => _starting.Dispose();

    private List<OwnedProcess> Find(string name)
    {
        var found = OwnedProcess.FindAll(options.Owner).Where(process => process.Instance == name).ToList();
        if (_started.TryGetValue(name, out var started) && started.Identity.IsRunning() && !found.Exists(process => process.Identity == started.Identity))
            found.Insert(0, started);
        return found;
    }

    /// <summary>A port that is free now. Should somebody take it meanwhile, the instance fails to start and is ordered again.</summary>
    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
