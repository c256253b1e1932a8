using ControlPlane.Infra.AzureTables;
using ControlPlane.Infra.AzureTables.Client;
using ControlPlane.TestKit;

namespace ControlPlane.Infra.Tests.AzureTables;

/// <summary>One storage emulator for all tests that need one.</summary>
[CollectionDefinition(Name)]
public sealed class AzuriteFixture : IAsyncLifetime, ICollectionFixture<AzuriteFixture>
{
    public const string Name = "Azurite";

    private Azurite? _azurite;

    public Azurite Azurite => _azurite ?? throw new InvalidOperationException("Azurite has not been started.");

    public async Task InitializeAsync() => _azurite = await Azurite.StartAsync();

    public async Task DisposeAsync() => await Azurite.DisposeAsync();

    /// <summary>A store over it. A handler can stand between the two, and retries come at once.</summary>
    public AzureTableEntityStore Store(HttpMessageHandler? between = null) => new(
        options =>
        {
            if (between is not null)
                options.Transport = StubService.TransportOver(between);
            return new TableServiceClient(Azurite.ConnectionString, options);
        },
        new() { FirstDelay = TimeSpan.Zero },
        TimeProvider.System);
}
