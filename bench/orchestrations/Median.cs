namespace ControlPlane.Bench.Orchestrations;

/// <summary>The middle one of several measurements, which one that was disturbed does not move.</summary>
internal static class Median
{
    public static T Of<T>(IEnumerable<T> measurements)
    {
        var sorted = measurements.Order().ToList();
        return sorted[sorted.Count / 2];
    }
}
