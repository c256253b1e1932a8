using System.Text.Json;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Profiles;
using ControlPlane.Core.Storage;
using ControlPlane.Functions.Activities;
using ControlPlane.Functions.Databases;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Health;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Orchestrations;
using ControlPlane.Functions.Pools;
using ControlPlane.Functions.Profiles;
using ControlPlane.Functions.Tests.Site;
using ControlPlane.TestKit;

namespace ControlPlane.Functions.Tests.Activities;

/// <summary>One wait for an instance that does not serve, on a clock that moves only while it waits.</summary>
public sealed class AwaitServingTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private const string Tag = "boot";

    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(0.02, 0.02)]
    [InlineData(1, 1)]
    [InlineData(4.97, 4.97)]
    [InlineData(60, 5)]
    public async Task AwaitServing_NobodyListens_EndsWithThePatience(double patienceSeconds, double waitedSeconds)
    {
        var (outcome, waited) = await WaitAsync(patienceSeconds, (_, _) => throw new HttpRequestException("refused"));

        Assert.Equal((InstanceOutcome.Pending, TimeSpan.FromSeconds(waitedSeconds)), (outcome, waited));
    }

    [Fact]
    public async Task AwaitServing_CheckHangs_EndsWithThePatience()
    {
        var (outcome, waited) = await WaitAsync(1, Hang);

        Assert.Equal((InstanceOutcome.Pending, TimeSpan.FromSeconds(1)), (outcome, waited));

        static async Task<HttpResponseMessage> Hang(HttpRequestMessage request, CancellationToken cancellation)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            throw new InvalidOperationException("It was to hang.");
        }
    }

    /// <summary>After a long outage the deadline has passed, and the instance may serve all the same.</summary>
    [Fact]
    public async Task AwaitServing_NoPatienceLeft_LooksOnce()
    {
        var (outcome, _) = await WaitAsync(-10, (_, _) => Task.FromResult(new HttpResponseMessage()));

        Assert.Equal(InstanceOutcome.Serving, outcome);
    }

    private async Task<(InstanceOutcome Outcome, TimeSpan Waited)> WaitAsync(
        double patienceSeconds, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer)
    {
        var name = shared.Host.NewName(Tag);
        await OrderAsync(name);
        var profile = new EngineProfile { Name = "slow", Health = new HealthCheck { Path = "/health", Timeout = TimeSpan.FromMinutes(1) } };
        var places = new InstancePlaces(
            shared.Host.Get<GroupStore>(),
            shared.Host.Get<Lending>(),
            new ProviderSet([new LivingInstances()]),
            new ProfileSet([profile]),
            shared.Host.Get<GroupWake>());
        var start = new StartInstance(places, shared.Host.Get<IDatabaseLogins>(), new Probe(new Answering(answer), _time), _time);

        var began = _time.GetUtcNow();
        var waiting = start.AwaitServingAsync(new InstanceInput(Tag, name, Patience: TimeSpan.FromSeconds(patienceSeconds)), CancellationToken.None);
        while (!waiting.IsCompleted)
        {
            await Soon.TrueAsync(() => _time.NextTimer is not null || waiting.IsCompleted, "a wait on the clock");
            if (_time.NextTimer is { } due)
                _time.Advance(due - _time.GetUtcNow());
        }

        return (await waiting, _time.GetUtcNow() - began);
    }

    private async Task OrderAsync(string name)
    {
        var instance = new Instance
        {
            Name = name,
            Monitor = "watch",
            Tag = Tag,
            Provider = "living",
            Profile = "slow",
            OrderedAt = _time.GetUtcNow(),
            Handle = new InstanceHandle("slot-1", "http://127.0.0.1:9", name),
        };
        EntityChange[] changes = [new EntityChange.Add($"instance:{name}", JsonSerializer.Serialize(instance, ControlPlaneJson.Default.Instance))];
        Assert.IsType<CommitResult.Committed>(await shared.Host.Get<IEntityStore>().CommitAsync("groups", Tag, changes));
    }

    /// <summary>Instances that run, whatever they answer.</summary>
    private sealed class LivingInstances : IInstanceProvider
    {
        public string Name => "living";

        public int Slots => 1;

        public bool CanStart(EngineProfile profile) => true;

        public StartLimits LimitsOf(EngineProfile profile) => new();

        public Task<InstanceHandle> CreateAsync(StartOrder order, CancellationToken cancellation) =>
            throw new NotSupportedException("It is there already.");

        public Task<bool> IsAliveAsync(InstanceHandle handle, CancellationToken cancellation) => Task.FromResult(true);

        public Task DestroyAsync(string name, TimeSpan grace, CancellationToken cancellation) => Task.CompletedTask;

        public Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<string>>([]);

        public Task<string> ReadLogTailAsync(string name, CancellationToken cancellation) => Task.FromResult("");
    }

    private sealed class Answering(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler, IHttpClientFactory
    {
        public HttpClient CreateClient(string name) => new(this, disposeHandler: false);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            answer(request, cancellationToken);
    }
}
