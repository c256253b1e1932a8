using ControlPlane.Durable.Embedded;
using ControlPlane.Infra.Sqlite;
using ControlPlane.Infra.Tests.Contracts;

namespace ControlPlane.Infra.Tests.Sqlite;

public sealed class SqliteOrchestrationStoreTests : OrchestrationStoreContract, IDisposable
{
    private readonly TemporaryState _state = new();

    protected override IOrchestrationStore Store => new SqliteOrchestrationStore(_state.File);

    public void Dispose() => _state.Dispose();
}
