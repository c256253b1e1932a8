using ControlPlane.Core.Databases;
using ControlPlane.Core.Instances;
using ControlPlane.Durable.Model;

namespace ControlPlane.Functions.Databases;

/// <summary>Knows the account with which an instance's engine logs in to its database.</summary>
internal interface IDatabaseLogins
{
    /// <summary>The login of the instance's epoch; null when its engine keeps no data on a server.</summary>
    /// <exception cref="NonRetriableException">It has a database for which there can be no login; the message says why.</exception>
    Task<DatabaseLogin?> FindAsync(Instance instance, CancellationToken cancellation);
}
