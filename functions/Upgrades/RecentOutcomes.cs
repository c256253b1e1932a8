using ControlPlane.Functions.Router.Outcomes;

namespace ControlPlane.Functions.Upgrades;

/// <summary>
/// What became of the requests of the last minute, from the counts that each look at an upgrade brings. Kept in memory only:
/// after a restart the minute begins anew.
/// </summary>
internal sealed class RecentOutcomes(TimeProvider time)
{
    /// <summary>How far back it tells.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Queue<Look>> _looks = new(StringComparer.Ordinal);

    /// <summary>What has come since the oldest look within the window; nothing at the first look.</summary>
    /// <param name="upgrade">The upgrade's name.</param>
    /// <param name="counts">Its new side's counts of now.</param>
    public OutcomeSnapshot Since(string upgrade, OutcomeSnapshot counts)
    {
        lock (_gate)
        {
            ForgetOld();
            _looks.TryAdd(upgrade, []);
            var looks = _looks[upgrade];
            looks.Enqueue(new Look(time.GetUtcNow(), counts));
            var since = counts - looks.Peek().Counts;
            if (since.IsPossible)
                return since;

            // A router was restarted and counts from zero: what was before cannot be compared with what is now.
            _looks[upgrade] = new([new Look(time.GetUtcNow(), counts)]);
            return OutcomeSnapshot.Empty;
        }
    }

    private void ForgetOld()
    {
        foreach (var (upgrade, looks) in _looks)
        {
            while (looks.TryPeek(out var oldest) && time.GetUtcNow() - oldest.At > Window)
                looks.Dequeue();
            if (looks.Count == 0)
                _looks.Remove(upgrade);
        }
    }

    private sealed record Look(DateTimeOffset At, OutcomeSnapshot Counts);
}
