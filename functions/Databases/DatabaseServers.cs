using ControlPlane.Core.Databases;

namespace ControlPlane.Functions.Databases;

/// <summary>The database servers that this control plane was told of.</summary>
internal sealed class DatabaseServers(IEnumerable<IDatabaseServer> servers)
{
    private readonly Dictionary<string, IDatabaseServer> _byName = servers.ToDictionary(server => server.Name, StringComparer.Ordinal);

    public IReadOnlyCollection<string> Names => _byName.Keys;

    public IDatabaseServer? Find(string name) => _byName.GetValueOrDefault(name);
}
