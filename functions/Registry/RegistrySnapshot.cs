using System.Collections.Frozen;
using System.Collections.Immutable;
using ControlPlane.Core.Backends;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Registry;

/// <summary>All backends and monitors at one moment.</summary>
internal sealed record RegistrySnapshot(ImmutableArray<Backend> Backends, ImmutableArray<Monitor> Monitors)
{
    private readonly Lazy<FrozenDictionary<string, Backend>> _byName = new(
        () => Backends.ToFrozenDictionary(backend => backend.Name, StringComparer.Ordinal));

    public static RegistrySnapshot Empty { get; } = new([], []);

    public Backend? FindBackend(string name) => _byName.Value.GetValueOrDefault(name);
}
