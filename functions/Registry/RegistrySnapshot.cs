using System.Collections.Frozen;
using System.Collections.Immutable;
using ControlPlane.Core.Backends;
using ControlPlane.Core.Groups;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Registry;

/// <summary>All backends, monitors and switched groups at one moment.</summary>
internal sealed record RegistrySnapshot(ImmutableArray<Backend> Backends, ImmutableArray<Monitor> Monitors, ImmutableArray<Group> Groups)
{
    private readonly Lazy<FrozenDictionary<string, Backend>> _byName = new(
        () => Backends.ToFrozenDictionary(backend => backend.Name, StringComparer.Ordinal));

    private readonly Lazy<FrozenDictionary<string, Group>> _byTag = new(
        () => Groups.ToFrozenDictionary(group => group.Tag, StringComparer.Ordinal));

    public static RegistrySnapshot Empty { get; } = new([], [], []);

    /// <summary>Whether any group is being upgraded.</summary>
    public bool IsUpgrading { get; } = Groups.Any(group => group.Upgrade is not null);

    /// <summary>What a group serves from; null for one that was never upgraded.</summary>
    public Group? FindGroup(string tag) => _byTag.Value.GetValueOrDefault(tag);

    public Backend? FindBackend(string name) => _byName.Value.GetValueOrDefault(name);
}
