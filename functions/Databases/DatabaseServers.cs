using ControlPlane.Core.Databases;

namespace ControlPlane.Functions.Databases;

/// <summary>The database servers that this control plane was told of.</summary>
internal sealed class DatabaseServers(IEnumerable<IDatabaseServer> servers)
{
    private readonly Dictionary<string, IDatabaseServer> _byName = servers.ToDictionary(server => server.Name, StringComparer.Ordinal);

    public IDatabaseServer? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>What to say of a server that is not among them.</summary>
    public string Missing(string name) =>
        $"There is no database server \"{name}\". Known: {(_byName.Count == 0 ? "none" : string.Join(", ", _byName.Keys))}. "
        + "Add it to the file of --databases-file, on Azure Functions to CONTROLPLANE_DATABASES.";
}
