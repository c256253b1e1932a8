using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Router;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Groups;

/// <summary>
/// Sees in this router's own counts which groups must be looked at before their time: jobs wait, all backends are busy or
/// half of what was free has been taken, or another number of backends takes work than at the last look.
/// </summary>
internal sealed class GroupAlarms(Dispatcher dispatcher, WaitQueue queue, LastLooks looks, RegistryFeed feed, IOtherRouters others)
{
    /// <summary>The least time between two alarms of a group that this process knows to sleep.</summary>
    private static readonly TimeSpan AtLeast = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Where another process looks at a group, this one cannot tell whether it sleeps. It is told when the trouble begins,
    /// and this often while it lasts: each time costs turns even when the group is awake.
    /// </summary>
    private static readonly TimeSpan WhileUnknown = TimeSpan.FromMinutes(1);

    /// <summary>How long after it was due a look may still come.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, Alarm> _alarms = new(StringComparer.Ordinal);
    private IReadOnlyList<RouterReport> _elsewhere = [];

    /// <summary>Reads what the other routers have in hand, if this one has anything: alone it may not see that all are busy.</summary>
    public async Task HearOthersAsync(CancellationToken cancellation) =>
        _elsewhere = dispatcher.Table.All.Any(destination => destination.InFlight > 0) ? await others.ReadAsync(cancellation) : [];

    /// <summary>The groups to wake now. Not for use by several threads at once.</summary>
    public IReadOnlyList<Monitor> Raise(DateTimeOffset now)
    {
        var waiting = queue.Measure().Keys
            .SelectMany(line => line.Split(',', StringSplitOptions.TrimEntries))
            .ToHashSet(StringComparer.Ordinal);
        var monitors = feed.Current.Monitors;
        var raised = monitors.Where(monitor => !monitor.IsRemoving && Raises(monitor, waiting.Contains(monitor.Tag), now)).ToList();
        if (_alarms.Count > monitors.Length)
            Forget(monitors.Select(monitor => monitor.Tag).ToHashSet(StringComparer.Ordinal));
        return raised;
    }

    private bool Raises(Monitor monitor, bool isWaiting, DateTimeOffset now)
    {
        var look = looks.Find(monitor.Tag) is { } known && known.Next + Patience > now ? known : null;
        var isAwake = look is { IsAsleep: false };
        var trouble = isAwake ? Trouble.None : isWaiting ? Trouble.Certain : Measure(monitor, look);
        if (trouble == Trouble.None)
        {
            _alarms.Remove(monitor.Tag);
            return false;
        }

        var before = _alarms.GetValueOrDefault(monitor.Tag);
        // A short job on each backend at one moment is no load: it must be seen twice.
        // When no look has followed the last alarm here, the group is looked at elsewhere from then on.
        var rest = look is null || look.At < before?.At ? WhileUnknown : Longer(monitor.Period, AtLeast);
        var isDue = (trouble == Trouble.Certain || before is not null) && !(now - before?.At < rest);
        _alarms[monitor.Tag] = isDue ? new Alarm(now) : before ?? new Alarm(null);
        return isDue;
    }

    private Trouble Measure(Monitor monitor, Look? look)
    {
        var (ready, busy, jobs) = (0, 0, 0);
        foreach (var destination in dispatcher.Table.Resolve(monitor.Tag).Ready)
        {
            if (!destination.TakesWork)
                continue;
            var elsewhere = _elsewhere.Sum(report => report.InFlight.GetValueOrDefault(destination.Name));
            var inHand = Math.Max(destination.InFlight + elsewhere, destination.Sample?.TotalTasks ?? 0);
            ready++;
            jobs += inHand;
            busy += inHand > 0 ? 1 : 0;
        }

        if (look is not null && ready != look.Ready)
            return Trouble.Certain;
        return (ready > 0 && busy == ready) || jobs >= look?.WakesAt ? Trouble.Perhaps : Trouble.None;
    }

    private void Forget(HashSet<string> kept)
    {
        foreach (var tag in _alarms.Keys.Where(tag => !kept.Contains(tag)).ToList())
            _alarms.Remove(tag);
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    /// <summary>Something was seen; an alarm was raised for it at a time, or not yet.</summary>
    private sealed record Alarm(DateTimeOffset? At);

    private enum Trouble
    {
        None,
        Perhaps,
        Certain,
    }
}
