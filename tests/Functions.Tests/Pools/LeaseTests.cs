using ControlPlane.Core.Storage;
using ControlPlane.Infra.Sqlite;

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
