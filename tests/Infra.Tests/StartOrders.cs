using ControlPlane.Core.Instances;
using ControlPlane.Core.Profiles;

namespace ControlPlane.Infra.Tests;

/// <summary>Orders that say no more than a test needs.</summary>
internal static class StartOrders
{
    public static StartOrder Of(string name, EngineProfile profile, string slot = "slot-1") => new() { Name = name, Slot = slot, Profile = profile };

    public static Task<InstanceHandle> CreateAsync(
        this IInstanceProvider provider, string name, string slot, EngineProfile profile, CancellationToken cancellation) =>
        provider.CreateAsync(Of(name, profile, slot), cancellation);
}
