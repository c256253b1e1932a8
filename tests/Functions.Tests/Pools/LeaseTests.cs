using ControlPlane.Core.Storage;
using ControlPlane.Infra.AzureTables;
using ControlPlane.Infra.AzureTables.Client;
using ControlPlane.Infra.Sqlite;
using ControlPlane.TestKit;

namespace ControlPlane.Functions.Tests.Pools;

/// <summary>Leases in memory, where every commit is met by others.</summary>
public sealed class MemoryLeaseTests : LeaseContract
{
    private readonly MemoryStore _store = new();

    protected override IEntityStore Store => _store;
}

/// <summary>Leases in the state file.</summary>
public sealed class SqliteLeaseTests : LeaseContract, IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("controlplane-test-");
    private SqliteFile? _file;

    protected override IEntityStore Store => new SqliteEntityStore(_file!, TimeProvider.System);

    public Task InitializeAsync()
    {
        _file = SqliteFile.Open(Path.Combine(_folder.FullName, "state.db"));
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _file!.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

/// <summary>One storage emulator for the tests below.</summary>
public sealed class LeaseAzurite : IAsyncLifetime
{
    private Azurite? _azurite;

    public string ConnectionString => _azurite!.ConnectionString;

    public async Task InitializeAsync() => _azurite = await Azurite.StartAsync();

    public async Task DisposeAsync() => await _azurite!.DisposeAsync();
}

/// <summary>Leases in Azure Table Storage, as far as Azurite is like it. Each test has tables of its own.</summary>
public sealed class AzureTableLeaseTests(LeaseAzurite azurite) : LeaseContract, IClassFixture<LeaseAzurite>, IDisposable
{
    private readonly AzureTableEntityStore _store = new(
        options => new TableServiceClient(azurite.ConnectionString, options),
        new() { TablePrefix = $"t{Guid.NewGuid():N}", FirstDelay = TimeSpan.Zero },
        TimeProvider.System);

    protected override IEntityStore Store => _store;

    public void Dispose() => _store.Dispose();
}
