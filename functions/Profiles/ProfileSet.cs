using System.Collections.Frozen;
using ControlPlane.Core.Backends;
using ControlPlane.Core.Profiles;

namespace ControlPlane.Functions.Profiles;

/// <summary>The engine profiles that were found at start.</summary>
internal sealed class ProfileSet(IEnumerable<EngineProfile> profiles)
{
    private static readonly EngineProfile Generic = new() { Name = BackendSpec.DefaultProfile };

    private readonly FrozenDictionary<string, EngineProfile> _byName =
        profiles.ToFrozenDictionary(profile => profile.Name, StringComparer.Ordinal);

    public IEnumerable<EngineProfile> All => _byName.Values.OrderBy(profile => profile.Name, StringComparer.Ordinal);

    public EngineProfile? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>A backend whose profile's file has gone is still served, with the check that fits everything.</summary>
    public EngineProfile FindOrGeneric(string name) => Find(name) ?? Find(BackendSpec.DefaultProfile) ?? Generic;
}
