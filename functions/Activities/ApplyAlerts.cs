using ControlPlane.Core.Backends;
using ControlPlane.Functions.Alerts;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Registry;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Activities;

/// <summary>Turns alerts for one group into its demands. Called again, it finds what it has stored.</summary>
internal sealed class ApplyAlerts(Registry<Monitor> monitors, GroupStore groups, RegistryFeed feed)
{
    /// <summary>False when the monitor has gone or now watches another group.</summary>
    public async Task<bool> RunAsync(AlertBatch batch, CancellationToken cancellation)
    {
        var (name, tag) = (batch.Deliveries[0].Monitor, batch.Deliveries[0].Tag);
        if ((await monitors.FindAsync(name, cancellation))?.Value is not { IsRemoving: false } monitor || monitor.Tag != tag)
            return false;
        var demands = new AlertDemands(AlertRules.Of(monitor), await StandingAsync(monitor, cancellation), batch.ReceivedAt);
        await groups.Demands.ChangeAsync(tag, rows => demands.Apply(rows, batch.Deliveries), cancellation);
        return true;
    }

    /// <summary>As many as the group is meant to have, with those that people have added beside them; see <see cref="Core.Scaling.GroupView.Meant"/>.</summary>
    private async Task<int> StandingAsync(Monitor monitor, CancellationToken cancellation)
    {
        await feed.RefreshAsync(cancellation);
        var byHand = feed.Current.Backends.Count(backend =>
            backend is { Monitor: null, State: BackendState.Ready or BackendState.Joining } && backend.Tags.Contains(monitor.Tag));
        var (state, _) = await groups.ReadStateAsync(monitor.Tag, cancellation);
        return Math.Max(monitor.Min, state.Target + byHand);
    }
}
