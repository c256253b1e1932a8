using System.Collections.Immutable;
using ControlPlane.Core.Backends;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Registry;

/// <summary>All backends and monitors at one moment.</summary>
internal sealed record RegistrySnapshot(ImmutableArray<Backend> Backends, ImmutableArray<Monitor> Monitors)
{
    public static RegistrySnapshot Empty { get; } = new([], []);
}
