using ControlPlane.Core.Scaling;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Groups;

/// <summary>What a look at a group came to.</summary>
internal sealed record Look
{
    /// <summary>The decision, as it is stored: an older one with the same content when this look had nothing new to say.</summary>
    public required Decision Decision { get; init; }

    /// <summary>When it was taken.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How long until the next.</summary>
    public required TimeSpan Pause { get; init; }

    /// <summary>How long the watch would sleep were nothing due before; null when the group is not calm.</summary>
    public TimeSpan? Calm { get; init; }

    /// <summary>The monitor that it was made for. One that has been changed since asks for another look.</summary>
    public required Monitor Monitor { get; init; }

    /// <summary>
    /// Whether the group is calm and the watch sleeps for longer than load may go unseen, or longer than the monitor says,
    /// so that somebody must wake it when there is something to see.
    /// </summary>
    public bool IsAsleep { get; init; }

    /// <summary>How many backends took work then.</summary>
    public int Ready { get; init; }

    /// <summary>How many jobs in hand wake the group.</summary>
    public int WakesAt { get; init; } = int.MaxValue;

    /// <summary>When the next is due.</summary>
    public DateTimeOffset Next => At + Pause;
}
