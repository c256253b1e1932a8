using ControlPlane.Core.Instances;

namespace ControlPlane.Functions.Groups;

/// <summary>The ways in which instances can be made.</summary>
internal sealed class ProviderSet(IEnumerable<IInstanceProvider> providers)
{
    private readonly Dictionary<string, IInstanceProvider> _byName =
        providers.ToDictionary(provider => provider.Name, StringComparer.Ordinal);

    public IReadOnlyCollection<string> Names => _byName.Keys;

    public IEnumerable<IInstanceProvider> All => _byName.Values;

    public IInstanceProvider? Find(string name) => _byName.GetValueOrDefault(name);
}
