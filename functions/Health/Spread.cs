using ControlPlane.Core.Backends;
using ControlPlane.Functions.Router;

namespace ControlPlane.Functions.Health;

/// <summary>
/// Keeps thousands of backends from being asked all at once after a start: each begins at its own share of the interval.
/// One that has just been added does not wait for its first check.
/// </summary>
internal static class Spread
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>How long to wait before the first time.</summary>
    public static TimeSpan Before(Destination destination, TimeSpan interval)
    {
        if (destination.Backend.State != BackendState.Ready || destination.IsSuspect)
            return TimeSpan.Zero;
        var share = (uint)StringComparer.Ordinal.GetHashCode(destination.Name) / (double)uint.MaxValue;
        return share * (interval < Longest ? interval : Longest);
    }
}
