using System.Net;
using System.Text.Json;
using ControlPlane.Core.Backends;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Profiles;
using ControlPlane.Core.Storage;
using ControlPlane.Functions.Activities;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Health;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Orchestrations;
using ControlPlane.Functions.Profiles;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Router;
using ControlPlane.Functions.Tests.Site;
using ControlPlane.TestKit;

namespace ControlPlane.Functions.Tests.Activities;

/// <summary>An instance that drains is called back.</summary>
public sealed class CancelDrainTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private const string Tag = "drained";

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task CancelDrain_EngineTakesWorkAgain_Serves()
    {
        var (outcome, instance, state) = await CallBackAsync("/undrain", _ => new HttpResponseMessage());

        Assert.Equal((InstanceOutcome.CalledBack, BackendState.Ready), (outcome, state));
        Assert.Equal((InstancePhase.Running, false), (instance.Phase, instance.IsCallBackRefused));
    }

    [Fact]
    public async Task CancelDrain_EngineIsDead_LeavesAndIsNotCountedOnAgain()
    {
        var (outcome, instance, state) = await CallBackAsync("/undrain", _ => throw new HttpRequestException("refused"));

        AssertLeaves(outcome, instance, state);
    }

    [Fact]
    public async Task CancelDrain_EngineRefuses_LeavesAndIsNotCountedOnAgain()
    {
        var (outcome, instance, state) = await CallBackAsync("/undrain", _ => new HttpResponseMessage(HttpStatusCode.InternalServerError));

        AssertLeaves(outcome, instance, state);
    }

    [Fact]
    public async Task CancelDrain_EnginesOfItsKindCannotComeBack_LeavesAndIsNotCountedOnAgain()
    {
        var (outcome, instance, state) = await CallBackAsync(null, _ => throw new InvalidOperationException("It was not to be asked."));

        AssertLeaves(outcome, instance, state);
    }

    private static void AssertLeaves(InstanceOutcome outcome, Instance instance, BackendState state)
    {
        Assert.Equal((InstanceOutcome.Pending, BackendState.Draining), (outcome, state));
        Assert.Equal((InstancePhase.Retiring, true), (instance.Phase, instance.IsCallBackRefused));
    }

    private async Task<(InstanceOutcome Outcome, Instance Instance, BackendState State)> CallBackAsync(
        string? cancel, Func<HttpRequestMessage, HttpResponseMessage> answer)
    {
        var name = shared.Host.NewName(Tag);
        await DrainAsync(name);
        var profiles = new ProfileSet([new() { Name = "generic" }, new() { Name = "drainable", Drain = new DrainCalls { Begin = "/drain", Cancel = cancel } }]);
        var drain = new DrainCaller(
            shared.Host.Get<Dispatcher>(), shared.Host.Get<IOtherRouters>(), profiles, new Answering(answer), _time);
        var stop = new StopInstance(
            shared.Host.Get<InstancePlaces>(), shared.Host.Get<Registry<Backend>>(), shared.Host.Get<RegistryFeed>(), drain, _time);

        var outcome = await stop.CancelDrainAsync(new InstanceInput(Tag, name), CancellationToken.None);

        var instance = await shared.Host.Get<GroupStore>().FindInstanceAsync(Tag, name, CancellationToken.None);
        var backend = await shared.Host.Get<Registry<Backend>>().FindAsync(name);
        return (outcome, instance!.Value, backend!.Value.State);
    }

    private async Task DrainAsync(string name)
    {
        var instance = new Instance
        {
            Name = name,
            Monitor = "watch",
            Tag = Tag,
            Provider = "local",
            Profile = "drainable",
            Phase = InstancePhase.Retiring,
            OrderedAt = _time.GetUtcNow(),
        };
        EntityChange[] changes = [new EntityChange.Add($"instance:{name}", JsonSerializer.Serialize(instance, ControlPlaneJson.Default.Instance))];
        Assert.IsType<CommitResult.Committed>(await shared.Host.Get<IEntityStore>().CommitAsync("groups", Tag, changes));
        var added = await shared.Host.Get<Registry<Backend>>().AddAsync(new Backend
        {
            Id = 0,
            Name = name,
            Url = $"http://{name}.test",
            Tags = TagSet.Parse("tags", Tag).Is(out var tags, out _) ? tags : throw new InvalidOperationException(),
            Profile = "drainable",
            State = BackendState.Draining,
            MaxJobs = 1,
        });
        Assert.True(added.Is(out _, out var problem), problem?.ToString());
    }

    private sealed class Answering(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler, IHttpClientFactory
    {
        public HttpClient CreateClient(string name) => new(this, disposeHandler: false);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(answer(request));
    }
}
