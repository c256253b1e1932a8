namespace ControlPlane.Core.Scaling.Strategies;

/// <summary>
/// The seed's strategy: one instance more when all instances were busy in N looks in a row, one less when in more than
/// half of the last N looks an instance was idle, and one is now. Busy means that jobs are in flight or queued at that
/// moment, not, as in the peer, that the instance has ever served. While an instance that is new has no job yet, nothing
/// counts as idle: it would be retired before its first one.
/// </summary>
public sealed class JobNumAwareAllocate : IAllocateStrategy
{
    private const char Busy = 'B';
    private const char Idle = 'I';
    private const char Neither = '-';

    /// <inheritdoc/>
    public string Name => "JobNumAwareAllocate";

    /// <inheritdoc/>
    public Proposal Propose(GroupView group)
    {
        var needed = group.Monitor.Samples;
        var samples = Last(group.State.Samples + Sample(group), needed);

        if (group.Base == 0 && group.Pressure.Queued > 0)
            return new(1, "wake", $"{Waiting(group.Pressure.Queued)} and there is no instance", samples);
        if (samples.Length == needed && samples.All(sample => sample == Busy))
            return new(group.Base + 1, "busy", $"all instances were busy in {Looks(needed)}", samples);

        var idle = samples.Count(sample => sample == Idle);
        if (samples.Length == needed && idle * 2 > needed && samples[^1] == Idle)
            return new(Math.Max(0, group.Base - 1), "idle", $"an instance was idle in {idle} of the last {Looks(needed)}", samples);
        return new(group.Base, "hold", HoldReason(samples, needed), samples);
    }

    /// <summary>
    /// An instance that is starting is spare capacity, so the group is not busy while one is, unless more jobs wait
    /// than all starting ones will take.
    /// </summary>
    private static char Sample(GroupView group)
    {
        var ready = group.Ready.ToList();
        var queued = group.Pressure.Queued;
        var roomSoon = group.Starting * Math.Max(1, ready.Select(backend => backend.MaxJobs).DefaultIfEmpty(1).Min());
        if (queued > roomSoon || (ready.Count > 0 && group.Starting == 0 && ready.All(backend => backend.Jobs > 0)))
            return Busy;
        var idle = ready.Where(backend => backend.Jobs == 0).ToList();
        return queued == 0 && idle.Count > 0 && !idle.Exists(group.IsNew) ? Idle : Neither;
    }

    private static string Last(string samples, int count) => samples.Length > count ? samples[^count..] : samples;

    private static string HoldReason(string samples, int needed) => samples.Length < needed
        ? $"{samples.Length} of {needed} looks taken"
        : $"neither busy in all nor idle in most of {Looks(needed)}";

    private static string Looks(int count) => count == 1 ? "1 look" : $"{count} looks";

    private static string Waiting(int count) => count == 1 ? "1 job waits" : $"{count} jobs wait";
}
