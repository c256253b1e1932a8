using ControlPlane.FunctionsHost.Configuration;
using ControlPlane.FunctionsHost.Durable;
using ControlPlane.FunctionsHost.Http;
using ControlPlane.FunctionsHost.Invocation;
using ControlPlane.FunctionsHost.Management;
using ControlPlane.FunctionsHost.Sidecar;
using ControlPlane.FunctionsHost.Timers;
using ControlPlane.FunctionsHost.Worker;
using Newtonsoft.Json.Linq;

namespace ControlPlane.FunctionsHost;

/// <summary>
/// Stands in for the Azure Functions host with its Durable extension: starts the published handler and treats it the way
/// the real one does, with all that gets lost or bent on the way.
/// </summary>
public sealed class HostDouble : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly DurableClients _clients;
    private readonly DurableExtension _extension;
    private readonly Invoker _invoker;
    private readonly TimerFunctions _timers;
    private readonly HttpFunctions _http;
    private readonly SidecarService _sidecar;
    private readonly Task _running;
    private readonly LoopbackServer _front;
    private readonly LoopbackServer _sidecarServer;

    private HostDouble(HostConfiguration configuration, HostOptions options, LoopbackServer front, LoopbackServer sidecar)
    {
        (Configuration, _front, _sidecarServer) = (configuration, front, sidecar);
        Hub = new TaskHub(new HubFile(options.HubPath), options.Time);
        Worker = new WorkerChannel(configuration, HostEnvironment.Build(options, front.Address.Authority), options);
        _extension = new DurableExtension(configuration, Hub, options.Extension, options.Time);
        _clients = new DurableClients(configuration, options.Keys, _extension)
        {
            Site = $"localhost:{front.Address.Port}",
            SidecarUrl = $"http://localhost:{sidecar.Address.Port}",
        };
        _invoker = new Invoker(configuration, Worker, Notes, options.Time);
        _timers = new TimerFunctions(configuration, InvokeAsync, options.Time);
        _http = new HttpFunctions(configuration, options.Keys, Worker, InvokeAsync, options.IsNewHost);
        _sidecar = new SidecarService(_extension);

        var management = new ManagementApi(_extension, _clients, options.Keys, configuration.TaskHub);
        front.Use(ManagementApi.Root, management.AnswerAsync, _http.Map);
        sidecar.Use("/", _sidecar.AnswerAsync, _ => { });
        Worker.Start();
        _running = RunAsync(options);
    }

    /// <summary>What was read from the published root.</summary>
    public HostConfiguration Configuration { get; }

    /// <summary>Where clients call HTTP functions and the management API.</summary>
    public Uri Address => _front.Address;

    /// <summary>Where the extension takes gRPC calls.</summary>
    public Uri SidecarAddress => _sidecarServer.Address;

    /// <summary>The handler.</summary>
    public WorkerChannel Worker { get; }

    /// <summary>The orchestrations.</summary>
    public TaskHub Hub { get; }

    /// <summary>Logs of functions, and what the handler did wrong.</summary>
    public HostNotes Notes { get; } = new();

    /// <summary>The gRPC methods that were called.</summary>
    public IReadOnlyList<string> SidecarCalls
    {
        get
        {
            lock (_sidecar.Calls)
                return [.. _sidecar.Calls];
        }
    }

    /// <summary>Whether the handler can call the management API; open at first. The next binding tells about <see cref="ManagementReach.Refused"/>.</summary>
    public ManagementReach Reach
    {
        get => _clients.Reach;
        set => _clients.Reach = value;
    }

    /// <summary>Starts a host, and its handler. That the handler listens is to be waited for at <see cref="Worker"/>.</summary>
    /// <exception cref="HostConfigurationException">The published root is faulty.</exception>
    public static async Task<HostDouble> StartAsync(HostOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var configuration = ConfigurationReader.Read(options.Root);
        HostEnvironment.Check(options, configuration);
        var front = await LoopbackServer.StartAsync(isHttp2: false);
        var sidecar = await LoopbackServer.StartAsync(isHttp2: true);
        return new HostDouble(configuration, options, front, sidecar);
    }

    /// <summary>Calls a timer function now, and waits for it.</summary>
    public Task FireTimerAsync(string function, CancellationToken cancellation = default) => _timers.FireAsync(
        Configuration.Find(BindingTypes.TimerTrigger, function) ?? throw new ArgumentException($"There is no timer function {function}.", nameof(function)),
        cancellation);

    /// <summary>Starts an orchestration as a client would. False when the id is in use.</summary>
    public bool StartOrchestration(string name, string id, string? input = null) => _extension.Start(name, id, input) switch
    {
        StartAnswer.Started => true,
        StartAnswer.IdInUse => false,
        var answer => throw new ArgumentException($"{name} cannot be started as {id}: {answer}.", nameof(name)),
    };

    /// <summary>Raises an event. False when nobody is there to get it.</summary>
    public bool RaiseEvent(string id, string name, string? input = null) => _extension.Raise(id, name, input) == SignalAnswer.Sent;

    /// <summary>Asks an instance to terminate. False when there is none that runs.</summary>
    public bool Terminate(string id, string? reason = null) => _extension.Terminate(id, reason) == SignalAnswer.Sent;

    /// <summary>Asks an instance to hold. False when there is none that runs.</summary>
    public bool Suspend(string id, string? reason = null) => _extension.Suspend(id, reason) == SignalAnswer.Sent;

    /// <summary>Asks an instance to go on. False when there is none that runs.</summary>
    public bool Resume(string id, string? reason = null) => _extension.Resume(id, reason) == SignalAnswer.Sent;

    /// <summary>Stops as the real host does: the handler is killed, and whatever is under way is given up.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Worker.Dispose();
        await _running;
        await _front.DisposeAsync();
        await _sidecarServer.DisposeAsync();
        _http.Dispose();
        _invoker.Dispose();
        _clients.Dispose();
        _stop.Dispose();
    }

    private Task RunAsync(HostOptions options)
    {
        var call = new OrchestratorCall(Configuration, InvokeAsync, options.Extension, Notes);
        var dispatcher = new Dispatcher(
            Hub,
            new TurnRunner(call, options.Fate, options.Extension, options.Time),
            new ActivityCall(Configuration, InvokeAsync, options.Extension, options.Time),
            options.Fate,
            Worker,
            Notes);
        return Task.WhenAll(dispatcher.RunAsync(_stop.Token), options.RunsTimers ? _timers.RunAsync(_stop.Token) : Task.CompletedTask);
    }

    /// <summary>Adds what other bindings give, calls the function, and carries out what it gave to other bindings.</summary>
    private async Task<InvocationResult> InvokeAsync(Function function, JObject data, JObject metadata, CancellationToken cancellation)
    {
        foreach (var client in function.Bindings.Where(binding => binding.IsInput && binding.Is(BindingTypes.DurableClient)))
            data[client.Name] = ValueEncoding.Encode(_clients.Text(client));
        var result = await _invoker.InvokeAsync(function, data, metadata, cancellation);
        foreach (var starter in function.Outputs.Where(binding => binding.Is(BindingTypes.DurableClient) && result.Outputs.ContainsKey(binding.Name)))
            _clients.Start(result.Outputs[starter.Name]!);
        return result;
    }
}
