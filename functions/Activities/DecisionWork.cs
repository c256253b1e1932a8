using ControlPlane.Core.Scaling;
using ControlPlane.Functions.Orchestrations;
using ControlPlane.Functions.Pools;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Activities;

/// <summary>Starts everything that a stored decision orders. Done again, it changes nothing.</summary>
internal sealed class DecisionWork(InstanceWork instances, SlotRecall recall)
{
    public async Task CarryOutAsync(Monitor monitor, Decision decision, CancellationToken cancellation)
    {
        foreach (var name in decision.Reclaim)
            await instances.CallBackAsync(name, cancellation);
        foreach (var name in decision.Start)
            await instances.ProvisionAsync(decision.Tag, name, cancellation);
        foreach (var name in decision.Retire)
            await instances.RetireAsync(decision.Tag, name, cancellation);
        await recall.RunAsync(monitor, decision, cancellation);
    }
}
