using ControlPlane.Core.Groups;
using ControlPlane.Core.Scaling;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Signals;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Groups;

/// <summary>Reads what changes by itself: the registry, the signals and the pressure. The last is read last, so that its time is the look's.</summary>
internal sealed class InputReader(RegistryFeed feed, SignalReader signals, PressureReader pressure)
{
    public async Task<(OutsideReadings Outside, Pressure Pressure, Group? Serving)> ReadAsync(Monitor monitor, CancellationToken cancellation)
    {
        await feed.RefreshAsync(cancellation);
        var outside = await signals.ReadAsync(monitor, cancellation);
        return (outside, await pressure.ReadAsync(monitor.Tag, cancellation), feed.Current.FindGroup(monitor.Tag));
    }
}
