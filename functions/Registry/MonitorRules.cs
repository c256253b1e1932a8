using ControlPlane.Core.Monitors;
using ControlPlane.Core.Problems;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Profiles;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Registry;

/// <summary>Checks what users ask of a monitor against the providers and profiles that are here.</summary>
internal sealed class MonitorRules(ProviderSet providers, ProfileSet profiles)
{
    public Result<Monitor> Validate(MonitorSpec spec) => spec.Validate(
        providers.Names, (provider, profile) => profiles.Find(profile) is { } known && providers.Find(provider)!.CanStart(known));
}
