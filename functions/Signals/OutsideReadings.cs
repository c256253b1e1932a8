using ControlPlane.Core.Scaling.Policies;

namespace ControlPlane.Functions.Signals;

/// <summary>The last values of a policy's signals and blockers. Those without any are left out.</summary>
internal sealed record OutsideReadings(IReadOnlyList<SignalReading> Signals, IReadOnlyList<BlockerReading> Blockers)
{
    public static OutsideReadings None { get; } = new([], []);
}
