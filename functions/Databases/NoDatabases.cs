using ControlPlane.Core.Databases;
using ControlPlane.Core.Instances;
using ControlPlane.Durable.Model;

namespace ControlPlane.Functions.Databases;

/// <summary>The logins of a control plane that knows no database server.</summary>
internal sealed class NoDatabases : IDatabaseLogins
{
    /// <inheritdoc/>
    public Task<DatabaseLogin?> FindAsync(Instance instance, CancellationToken cancellation) => instance.Database is null
        ? Task.FromResult<DatabaseLogin?>(null)
        : throw new NonRetriableException($"it is to use the database {instance.Database}, and this control plane knows no database server");
}
