using System.Text.Json;
using ControlPlane.Core.Databases;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Profiles;
using ControlPlane.Core.Storage;
using ControlPlane.Durable.Model;
using ControlPlane.Functions.Activities;
using ControlPlane.Functions.Databases;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Health;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Orchestrations;
using ControlPlane.Functions.Pools;
using ControlPlane.Functions.Profiles;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Tests.Site;
using Backend = ControlPlane.Core.Backends.Backend;

namespace ControlPlane.Functions.Tests.Activities;

/// <summary>What a provider and the router are told of an instance's version, epoch and database.</summary>
public sealed class StartOrderTests(SharedHost shared) : IClassFixture<SharedHost>, IAsyncLifetime
{
    private const string Tag = "ordered";

    private static readonly DatabaseLogin Login = new()
    {
        Address = new DatabaseAddress("postgres", "db", 5432),
        Name = "shop",
        Account = new DatabaseAccount("shop_app_3", "s3cret"),
    };

    private static readonly EngineProfile Profile = new()
    {
        Name = "slow",
        Version = "1",
        Migration = new Migration { Deadline = TimeSpan.FromMinutes(90) },
    };

    private readonly RecordingProvider _provider = new();
    private Instance? _ordered;

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>The host has one slot.</summary>
    public Task DisposeAsync() => shared.Host.Get<Lending>().ReleaseAsync(_ordered!, failure: null, CancellationToken.None);

    [Fact]
    public async Task Create_InstanceOfASide_OrdersItWithAllThatItsRowSays()
    {
        var input = await OrderAsync(instance => instance with { Version = "2", Epoch = 3, Database = "shop" });

        var patience = await Start(new OneLogin()).CreateAsync(input, CancellationToken.None);

        var order = Assert.Single(_provider.Orders);
        Assert.Equal((input.Name, "2", 3, false), (order.Name, order.Version, order.Epoch, order.IsMigrator));
        Assert.Equal(Login, order.Database);
        Assert.Equal(new StartLimits().BootDeadline, patience);
    }

    [Fact]
    public async Task Create_Migrator_HasTheTimeOfTheMigration()
    {
        var input = await OrderAsync(instance => instance with { IsMigrator = true });

        var patience = await Start(shared.Host.Get<IDatabaseLogins>()).CreateAsync(input, CancellationToken.None);

        Assert.True(Assert.Single(_provider.Orders).IsMigrator);
        Assert.Equal(TimeSpan.FromMinutes(90), patience);
    }

    [Fact]
    public async Task Create_DatabaseThatNobodyKnows_IsNotStarted()
    {
        var input = await OrderAsync(instance => instance with { Database = "shop" });

        var failure = await Assert.ThrowsAsync<NonRetriableException>(() => Start(shared.Host.Get<IDatabaseLogins>()).CreateAsync(input, CancellationToken.None));

        Assert.Equal("it is to use the database shop, and its monitor names no database server", failure.Message);
        Assert.Empty(_provider.Orders);
    }

    [Theory]
    [InlineData("2", "2")]
    [InlineData(null, "1")]
    public async Task Register_Instance_BackendHasItsEpochAndVersion(string? version, string registered)
    {
        var input = await OrderAsync(instance => instance with { Version = version, Epoch = 3 });
        await Start(shared.Host.Get<IDatabaseLogins>()).CreateAsync(input, CancellationToken.None);
        var register = new RegisterInstance(Places(), shared.Host.Get<Registry<Backend>>(), shared.Host.Get<RegistryFeed>(), TimeProvider.System);

        await register.RegisterAsync(input, CancellationToken.None);

        var backend = (await shared.Host.Get<Registry<Backend>>().FindAsync(input.Name, CancellationToken.None))!.Value;
        Assert.Equal((3, registered), (backend.Epoch, backend.Version));
    }

    private StartInstance Start(IDatabaseLogins logins) =>
        new(Places(), logins, new Probe(shared.Host.Get<IHttpClientFactory>(), TimeProvider.System), TimeProvider.System);

    private InstancePlaces Places() => new(
        shared.Host.Get<GroupStore>(), shared.Host.Get<Lending>(), new ProviderSet([_provider]), new ProfileSet([Profile]), shared.Host.Get<GroupWake>());

    private async Task<InstanceInput> OrderAsync(Func<Instance, Instance> set)
    {
        var name = shared.Host.NewName(Tag);
        var instance = _ordered = set(new Instance
        {
            Name = name,
            Monitor = "watch",
            Tag = Tag,
            Provider = _provider.Name,
            Profile = Profile.Name,
            OrderedAt = TimeProvider.System.GetUtcNow(),
        });
        EntityChange[] changes = [new EntityChange.Add($"instance:{name}", JsonSerializer.Serialize(instance, ControlPlaneJson.Default.Instance))];
        Assert.IsType<CommitResult.Committed>(await shared.Host.Get<IEntityStore>().CommitAsync("groups", Tag, changes));
        return new InstanceInput(Tag, name);
    }

    private sealed class OneLogin : IDatabaseLogins
    {
        public Task<DatabaseLogin?> FindAsync(Instance instance, CancellationToken cancellation) => Task.FromResult<DatabaseLogin?>(Login);
    }
}
