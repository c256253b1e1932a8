using ControlPlane.FunctionsHost.Configuration;
using ControlPlane.TestKit;

namespace ControlPlane.FunctionsHost.Worker;

/// <summary>Keeps a handler running behind one port. Source: functions-custom-handler, section 1.</summary>
public sealed class WorkerChannel : IDisposable
{
    private const int InitializationsToWaitFor = 4;

    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly HostConfiguration _host;
    private readonly IWorkerLauncher _launcher;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private readonly RestartPolicy _policy;
    private readonly HttpClient _ping = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _hostStopped = new();
    private readonly bool _waitsDuringRestarts;
    private bool _wasReady;
    private TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IWorker? _worker;

    internal WorkerChannel(HostConfiguration host, IReadOnlyDictionary<string, string> environment, HostOptions options)
    {
        (_host, _launcher, _environment, _waitsDuringRestarts) = (host, options.Launcher, environment, options.WaitsDuringRestarts);
        _policy = new RestartPolicy(options.Time);
        Port = FreePort.Find();
    }

    /// <summary>Where the handler listens; picked once and kept over restarts.</summary>
    public int Port { get; }

    /// <summary>What handlers have written.</summary>
    public WorkerOutput Output { get; } = new();

    /// <summary>How often a handler was started.</summary>
    public int Starts { get; private set; }

    /// <summary>The running handler's process; 0 when there is none.</summary>
    public int ProcessId
    {
        get
        {
            lock (_gate)
                return _worker is { Exited.IsCompleted: false } worker ? worker.ProcessId : 0;
        }
    }

    /// <summary>Ends when handlers failed so often that the host stopped itself.</summary>
    public Task HostStopped => _hostStopped.Task;

    /// <summary>Kills the handler, as a crash would: counted as an error and followed by a restart.</summary>
    public void Kill()
    {
        lock (_gate)
            _worker?.Kill();
    }

    /// <summary>
    /// Lets an invocation through. The host waits for its first handler only: what is called while a later one starts is
    /// refused by the port. Source: functions-custom-handler, section 1.7; the host's WorkerFunctionInvoker.
    /// </summary>
    internal Task AdmitAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            if (_wasReady && !_waitsDuringRestarts)
                return Task.CompletedTask;
        }

        return WaitUntilReadyAsync(cancellation);
    }

    /// <summary>Waits until a handler listens.</summary>
    /// <exception cref="TimeoutException">None does after four times the initialization timeout; the real host then shuts down.</exception>
    public async Task WaitUntilReadyAsync(CancellationToken cancellation = default)
    {
        Task ready;
        lock (_gate)
            ready = _ready.Task;
        try
        {
            await ready.WaitAsync(_host.InitializationTimeout * InitializationsToWaitFor, cancellation);
        }
        catch (TimeoutException)
        {
            _hostStopped.TrySetResult();
            throw new TimeoutException($"The handler does not listen on port {Port}. It wrote:\n{Output}");
        }
    }

    /// <summary>Starts the first handler. Without functions none is started.</summary>
    internal void Start()
    {
        if (_host.Functions.Count > 0)
            Launch();
    }

    /// <summary>Kills the handler and starts another one, as after a function's timeout: no error is counted.</summary>
    internal async Task RestartAsync()
    {
        IWorker? former;
        lock (_gate)
        {
            former = _worker;
            _worker = null;

            // From here on invocations wait for the next handler.
            if (_ready.Task.IsCompleted)
                _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        if (former is null)
            return;
        await KillAsync(former);
        Launch();
    }

    /// <summary>Kills the handler, as the host does when it stops.</summary>
    public void Dispose()
    {
        IWorker? worker;
        lock (_gate)
        {
            worker = _worker;
            _worker = null;
        }

        _stop.Cancel();
        worker?.Kill();
        _ping.Dispose();
        _stop.Dispose();
    }

    private void Launch()
    {
        IWorker worker;
        TaskCompletionSource ready;
        lock (_gate)
        {
            if (_stop.IsCancellationRequested)
                return;
            if (_ready.Task.IsCompleted)
                _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
            ready = _ready;
            Starts++;
            worker = _worker = _launcher.Launch(WorkerStart.Of(_host, Port, _environment, Output));
        }

        _ = WatchAsync(worker);
        _ = AwaitReadinessAsync(worker, ready, _stop.Token);
    }

    private async Task WatchAsync(IWorker worker)
    {
        var code = await worker.Exited;
        if (IsCurrent(worker))
            await ReactAsync(worker, _policy.OnExit(code));
    }

    private async Task AwaitReadinessAsync(IWorker worker, TaskCompletionSource ready, CancellationToken stop)
    {
        try
        {
            if (await ReadinessPing.WaitAsync(_ping, Port, _host.InitializationTimeout, stop))
                SetReady(ready);
            else if (IsCurrent(worker))
                await ReactAsync(worker, _policy.OnError());
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private async Task ReactAsync(IWorker worker, ExitReaction reaction)
    {
        switch (reaction)
        {
            case ExitReaction.Restart:
                await KillAsync(worker);
                Launch();
                break;
            case ExitReaction.StopHost:
                await KillAsync(worker);
                _hostStopped.TrySetResult();
                break;
        }
    }

    private void SetReady(TaskCompletionSource ready)
    {
        lock (_gate)
            _wasReady = true;
        ready.TrySetResult();
    }

    /// <summary>The port has to be free again before somebody else is started on it.</summary>
    private static async Task KillAsync(IWorker worker)
    {
        worker.Kill();
        await worker.Exited.WaitAsync(LongestEnd);
    }

    private bool IsCurrent(IWorker worker)
    {
        lock (_gate)
            return ReferenceEquals(worker, _worker);
    }
}
