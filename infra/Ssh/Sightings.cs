using System.Collections.Concurrent;

namespace ControlPlane.Infra.Ssh;

/// <summary>
/// What was last seen of each machine, so that a question asked many times a second does not become a connection each, and
/// a machine that is away does not make everybody wait for it again and again.
/// </summary>
internal sealed class Sightings(SshOptions options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, (string Reference, DateTimeOffset At)> _alive = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _silent = new(StringComparer.Ordinal);

    /// <summary>Whether an instance was seen alive a moment ago.</summary>
    public bool IsFresh(string slot, string reference) =>
        _alive.TryGetValue(slot, out var seen) && seen.Reference == reference && time.GetUtcNow() - seen.At < options.AliveFor;

    /// <summary>Whether the machine did not answer a moment ago.</summary>
    public bool IsSilent(string slot) => _silent.TryGetValue(slot, out var since) && time.GetUtcNow() - since < options.RetryAfter;

    /// <summary>Notes that the machine answered; true when it had been silent.</summary>
    public bool Answered(string slot) => _silent.TryRemove(slot, out _);

    /// <summary>Notes that an instance was seen alive.</summary>
    public void SawAlive(string slot, string reference) => _alive[slot] = (reference, time.GetUtcNow());

    /// <summary>Notes that the machine did not answer; true when it had answered before.</summary>
    public bool WasSilent(string slot)
    {
        var isNew = !_silent.ContainsKey(slot);
        _silent[slot] = time.GetUtcNow();
        return isNew;
    }
}
