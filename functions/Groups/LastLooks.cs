using System.Collections.Concurrent;
using ControlPlane.Core.Scaling;
using ControlPlane.Core.Scaling.Strategies;
using ControlPlane.Functions.Hosting;

namespace ControlPlane.Functions.Groups;

/// <summary>
/// The last look at each group that this process has taken. Only a memory: where another process looks, or after a
/// start, what is missing is read from the store or done without.
/// </summary>
internal sealed class LastLooks(GroupStore groups, LookMetrics metrics, ControlPlaneOptions options)
{
    /// <summary>However little changes, the last stored decision is not older than this.</summary>
    private static readonly TimeSpan StoredFor = TimeSpan.FromDays(1);

    /// <summary>How soon a group must react to load that comes while it is calm, whatever its period.</summary>
    private static readonly TimeSpan Reaction = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, Look> _looks = new(StringComparer.Ordinal);

    public Look? Find(string tag) => _looks.GetValueOrDefault(tag);

    /// <summary>
    /// Says how long the group may sleep after a decision, and whether the decision must be stored. Its
    /// <see cref="Look.Decision"/> is the stored one when it need not be.
    /// </summary>
    /// <param name="group">What it was made from.</param>
    /// <param name="decision">The decision.</param>
    /// <param name="next">What the group would remember.</param>
    /// <param name="calm">The last sleep; null when the look before was not calm.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<Look> ConsiderAsync(GroupView group, Decision decision, GroupState next, TimeSpan? calm, CancellationToken cancellation)
    {
        var last = options.LongestPause > TimeSpan.Zero ? await LastAsync(group, cancellation) : null;
        var isSame = last is not null && Unchanged.IsOutcome(last, decision);
        var sleep = isSame && Calm.IsCalm(group, decision) ? Calm.Pause(decision, group.Monitor.Period, calm, options.LongestPause) : (TimeSpan?)null;
        var pause = sleep is null ? decision.NextLook - decision.At : Cut(sleep.Value, group, decision);
        var isStored = isSame
            && Unchanged.IsInput(last!, decision)
            && Unchanged.IsMemory(group.State, next)
            && decision.At - last!.At < StoredFor;
        return new Look
        {
            Decision = isStored ? last! : decision with { NextLook = group.Now + pause },
            At = group.Now,
            Pause = pause,
            Calm = sleep,
            Monitor = group.Monitor,
            IsAsleep = pause > group.Monitor.Period || (sleep is not null && pause > Reaction),
            Ready = group.Ready.Count(),
            WakesAt = Calm.WakesAt(group),
        };
    }

    /// <summary>Remembers a look that has been taken.</summary>
    public void Remember(string tag, Look look)
    {
        var before = Find(tag);
        metrics.Count(isStored: look.Decision.At == look.At, look.At - before?.Next);
        _looks[tag] = look;
    }

    public void Forget(string tag) => _looks.TryRemove(tag, out _);

    private async Task<Decision?> LastAsync(GroupView group, CancellationToken cancellation)
    {
        var (tag, sequence) = (group.Monitor.Tag, group.State.Sequence);
        if (Find(tag)?.Decision is { } known && known.Sequence == sequence)
            return known;
        return sequence == 0 ? null : await groups.FindDecisionAsync(tag, sequence, cancellation);
    }

    private static TimeSpan Cut(TimeSpan sleep, GroupView group, Decision decision) =>
        Calm.NextChange(group, decision, AllocateStrategies.Find(group.Monitor.Strategy)!, sleep) is { } change ? change - group.Now : sleep;
}
