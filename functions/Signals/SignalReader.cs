using ControlPlane.Core.Scaling.Policies;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Signals;

/// <summary>Reads what a policy is decided by besides the pressure: all of it at once, within one deadline.</summary>
internal sealed class SignalReader(SourceBook sources, EngineUse engines, TimeProvider time)
{
    /// <summary>A little more than one answer may take. What comes later counts at the next look.</summary>
    private static readonly TimeSpan Deadline = SourceClient.Timeout + TimeSpan.FromMilliseconds(500);

    public async Task<OutsideReadings> ReadAsync(Monitor monitor, CancellationToken cancellation)
    {
        if (monitor.IsRemoving || monitor.Policy is not { } policy)
            return OutsideReadings.None;
        await RefreshAsync(policy, cancellation);
        return new OutsideReadings(
            [.. policy.Signals.Select(signal => Read(monitor.Tag, signal)).OfType<SignalReading>()],
            [.. policy.Blockers.Select(Read).OfType<BlockerReading>()]);
    }

    /// <summary>Asks all, and waits for those that answered the last time: one that hangs holds up one look and no more.</summary>
    private async Task RefreshAsync(ScalingPolicy policy, CancellationToken cancellation)
    {
        var watches = policy.Signals.Select(Source.Of).Concat(policy.Blockers.Select(Source.Of)).OfType<Source>().Distinct().Select(sources.Watch).ToList();
        var awaited = watches.Where(watch => !watch.IsFailing).ToList();
        foreach (var watch in watches.Except(awaited))
            _ = watch.RefreshAsync();
        try
        {
            await Task.WhenAll(awaited.Select(watch => watch.RefreshAsync())).WaitAsync(Deadline, time, cancellation);
        }
        catch (TimeoutException)
        {
            // The last good values stand, each with its age.
        }
    }

    private SignalReading? Read(string tag, Signal signal) => signal.Kind switch
    {
        SignalKind.Cpu or SignalKind.Memory => engines.Read(tag, signal),
        _ => LastGood(Source.Of(signal)) is { } answer ? new SignalReading(signal.Name, answer.Number, answer.At) : null,
    };

    private BlockerReading? Read(Blocker blocker) =>
        LastGood(Source.Of(blocker)) is { } answer ? new BlockerReading(blocker.Name, answer.Truth, answer.At) : null;

    private SourceAnswer? LastGood(Source? source) => source is null ? null : sources.Watch(source).LastGood;
}
