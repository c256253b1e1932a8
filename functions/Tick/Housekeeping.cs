using ControlPlane.Core.Backends;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Registry;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Tick;

/// <summary>
/// Forgets what is too old to matter, so that the store does not grow for ever. Each group has an hour of the day in
/// which its decisions are looked through, so that the work is spread. Groups that no monitor watches any more are
/// looked for once a day.
/// </summary>
internal sealed class Housekeeping(Registry<Backend> backends, Registry<Monitor> monitors, GroupStore groups, RemovedGroups removed, TimeProvider time)
{
    private static readonly TimeSpan DecisionsKept = TimeSpan.FromDays(7);
    private const int HoursOfDay = 24;

    /// <summary>In which hour, UTC, groups without a monitor are looked for.</summary>
    private const int HourOfRemoved = 3;

    private long _lastHour = -1;

    public async Task RunAsync(CancellationToken cancellation)
    {
        await backends.ForgetOldKeysAsync(cancellation);
        await monitors.ForgetOldKeysAsync(cancellation);

        var now = time.GetUtcNow();
        var hour = now.ToUnixTimeSeconds() / 3600;
        if (hour == _lastHour)
            return;
        if (hour % HoursOfDay == HourOfRemoved)
            await ForgetRemovedAsync(now - DecisionsKept, cancellation);
        foreach (var monitor in await monitors.ListAsync(cancellation))
        {
            if (HourOf(monitor.Value.Tag) != hour % HoursOfDay)
                continue;
            await groups.ForgetDecisionsAsync(monitor.Value.Tag, now - DecisionsKept, cancellation);
            await groups.Demands.ForgetAsync(monitor.Value.Tag, now, cancellation);
        }

        _lastHour = hour;
    }

    /// <summary>The monitors are read last: the state of one that is new has changed since by its first look, and is then not deleted.</summary>
    private async Task ForgetRemovedAsync(DateTimeOffset before, CancellationToken cancellation)
    {
        var states = await removed.ListStatesAsync(cancellation);
        var watched = (await monitors.ListAsync(cancellation)).Select(monitor => monitor.Value.Tag).ToHashSet(StringComparer.Ordinal);
        await removed.ForgetAsync(states.Where(state => !watched.Contains(state.Partition)), before, cancellation);
    }

    /// <summary>The same in every process, which the runtime's own hash is not.</summary>
    internal static int HourOf(string tag) => (int)(tag.Aggregate(17u, (hash, letter) => (hash * 31) + letter) % HoursOfDay);
}
