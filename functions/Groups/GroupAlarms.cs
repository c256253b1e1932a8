using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Router;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Groups;

/// <summary>
/// Sees in this router's own counts which groups must be looked at before their time: jobs wait, all backends are busy or
/// half of what was free has been taken, another number of backends takes work than at the last look, or the monitor is
/// not the one that the look was made for.
/// </summary>
internal sealed class GroupAlarms(Dispatcher dispatcher, WaitQueue queue, LastLooks looks, RegistryFeed feed, IOtherRouters others)
{
    /// <summary>The least time between two alarms of a group that this process knows to sleep.</summary>
    private static readonly TimeSpan AtLeast = TimeSpan.FromSeconds(1);

    /// <summary>However long its period, a group that sleeps may be woken again after this.</summary>
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Where another process looks at a group, this one cannot tell whether it sleeps. It is told when the trouble begins,
    /// and this often while it lasts: each time costs turns even when the group is awake.
    /// </summary>
    private static readonly TimeSpan WhileUnknown = TimeSpan.FromMinutes(1);

    /// <summary>How long after it was due a look may still come.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, Memory> _memories = new(StringComparer.Ordinal);
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
        var raised = monitors.Where(monitor => Raises(monitor, waiting.Contains(monitor.Tag), now)).ToList();
        if (_memories.Count > monitors.Length)
            Forget(monitors.Select(monitor => monitor.Tag).ToHashSet(StringComparer.Ordinal));
        return raised;
    }

    private bool Raises(Monitor monitor, bool isWaiting, DateTimeOffset now)
    {
        var look = looks.Find(monitor.Tag) is { } known && known.Next + Patience > now ? known : null;
        var before = _memories.GetValueOrDefault(monitor.Tag);
        var counts = Count(monitor.Tag);
        var waitsSince = isWaiting ? before?.WaitsSince ?? now : (DateTimeOffset?)null;
        var trouble = Find(monitor, look, counts, waitsSince, look?.Ready ?? before?.Ready ?? counts.Ready);

        // A short job on each backend at one moment is no load: it must be seen twice.
        var isDue = (trouble == Trouble.Certain || (trouble == Trouble.Perhaps && before is { IsTroubled: true }))
            && !(now - before?.RaisedAt < Rest(monitor, look, before?.RaisedAt));
        // Trouble that comes and goes is not told of more often than trouble that stays.
        var isOver = trouble == Trouble.None && !(now - before?.RaisedAt < RestAsleep(monitor));
        _memories[monitor.Tag] = new Memory(
            trouble != Trouble.None,
            isDue ? now : isOver ? null : before?.RaisedAt,
            // What nobody has been told of yet is still to be told.
            trouble == Trouble.None || isDue ? counts.Ready : look?.Ready ?? before?.Ready ?? counts.Ready,
            waitsSince);
        return isDue;
    }

    private static Trouble Find(Monitor monitor, Look? look, Counts counts, DateTimeOffset? waitsSince, int ready)
    {
        // The feed of this process may be read a moment later than the look, so that this must be seen twice as well.
        if (look is not null && !RegistryKinds.Monitors.IsSame(look.Monitor, monitor))
            return Trouble.Perhaps;
        if (monitor.IsRemoving)
            return Trouble.None;
        if (look is { IsAsleep: false })
            return look.Pause > AtMost ? FindBetweenLooks(look, counts, waitsSince) : Trouble.None;
        if (waitsSince is not null || counts.Ready != ready)
            return Trouble.Certain;
        if (look is null && counts.Ready < monitor.Min)
            return Trouble.Perhaps;
        return (counts.Ready > 0 && counts.Busy == counts.Ready) || counts.Jobs >= look?.WakesAt ? Trouble.Perhaps : Trouble.None;
    }

    /// <summary>
    /// A group that is not calm and has a long period is told of what begins, and not again while it lasts. At its maximum
    /// no queue can make it grow.
    /// </summary>
    private static Trouble FindBetweenLooks(Look look, Counts counts, DateTimeOffset? waitsSince) =>
        counts.Ready < look.Ready || (waitsSince > look.At && look.Decision.Current < look.Decision.Max) ? Trouble.Certain : Trouble.None;

    /// <summary>When no look has followed the last alarm here, the group is looked at elsewhere from then on.</summary>
    private static TimeSpan Rest(Monitor monitor, Look? look, DateTimeOffset? raisedAt) =>
        look is null || look.At < raisedAt ? WhileUnknown : RestAsleep(monitor);

    private static TimeSpan RestAsleep(Monitor monitor) => Longer(Shorter(monitor.Period, AtMost), AtLeast);

    private Counts Count(string tag)
    {
        var (ready, busy, jobs) = (0, 0, 0);
        foreach (var destination in dispatcher.Table.Resolve(tag).Ready)
        {
            if (!destination.TakesWork)
                continue;
            var elsewhere = _elsewhere.Sum(report => report.InFlight.GetValueOrDefault(destination.Name));
            var inHand = Math.Max(destination.InFlight + elsewhere, destination.Sample?.TotalTasks ?? 0);
            ready++;
            jobs += inHand;
            busy += inHand > 0 ? 1 : 0;
        }

        return new Counts(ready, busy, jobs);
    }

    private void Forget(HashSet<string> kept)
    {
        foreach (var tag in _memories.Keys.Where(tag => !kept.Contains(tag)).ToList())
            _memories.Remove(tag);
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private readonly record struct Counts(int Ready, int Busy, int Jobs);

    /// <summary>
    /// What was seen of a group before: whether it was in trouble, when it was last woken, how many backends took work
    /// when it was last told of that or was well, and since when jobs wait.
    /// </summary>
    private sealed record Memory(bool IsTroubled, DateTimeOffset? RaisedAt, int Ready, DateTimeOffset? WaitsSince);

    private enum Trouble
    {
        None,
        Perhaps,
        Certain,
    }
}
