using ControlPlane.Core.Backends;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Registry;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Tick;

/// <summary>Forgets what is too old to matter, so that the store does not grow for ever.</summary>
internal sealed class Housekeeping(Registry<Backend> backends, Registry<Monitor> monitors, GroupStore groups, TimeProvider time)
{
    private static readonly TimeSpan DecisionsKept = TimeSpan.FromDays(7);

    public async Task RunAsync(CancellationToken cancellation)
    {
        await backends.ForgetOldKeysAsync(cancellation);
        await monitors.ForgetOldKeysAsync(cancellation);
        foreach (var monitor in await monitors.ListAsync(cancellation))
        {
            await groups.ForgetDecisionsAsync(monitor.Value.Tag, time.GetUtcNow() - DecisionsKept, cancellation);
            await groups.Demands.ForgetAsync(monitor.Value.Tag, time.GetUtcNow(), cancellation);
        }
    }
}
