using ControlPlane.FunctionsHost.Durable;

namespace ControlPlane.FunctionsHost.Tests;

/// <summary>A host with orchestrators Flow and Child and the activity Work, whose answers a test scripts.</summary>
public abstract class DurableFixture : IAsyncLifetime, IDisposable
{
    private readonly TestRoot _root = new TestRoot().Orchestrator("Flow").Orchestrator("Child").Activity("Work");
    private HostDouble? _host;

    internal FakeHandler Handler { get; } = new();

    internal TestRoot Root => _root;

    protected HostDouble Host => _host ?? throw new InvalidOperationException("The host is not started yet.");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_host is not null)
            await _host.DisposeAsync();
    }

    public void Dispose()
    {
        _root.Dispose();
        GC.SuppressFinalize(this);
    }

    internal string HubPath() => Path.Combine(_root.Folder, "hub.json");

    internal async Task StartAsync(Func<HostOptions, HostOptions>? change = null)
    {
        if (_host is not null)
            await _host.DisposeAsync();
        var options = new HostOptions { Root = _root.Write(), Launcher = Handler };
        _host = await HostDouble.StartAsync(change?.Invoke(options) ?? options);
    }

    /// <summary>Lets one kind of thing happen to the first delivery, and nothing after.</summary>
    internal sealed class OnceFate(TurnFate turn = TurnFate.Deliver, ActivityFate activity = ActivityFate.Deliver) : IDeliveryFate
    {
        private int _turns;
        private int _activities;

        public TimeSpan Delay { get; init; }

        public TurnFate NextTurn(string instanceId, string orchestrator) => Interlocked.Increment(ref _turns) == 1 ? turn : TurnFate.Deliver;

        public ActivityFate NextActivity(string instanceId, string activityName) =>
            Interlocked.Increment(ref _activities) == 1 ? activity : ActivityFate.Deliver;

        public bool Reorders(string instanceId) => false;

        public TimeSpan KillDelay() => Delay;

        public int Pick(int below) => 0;
    }
}
