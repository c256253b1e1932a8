namespace ControlPlane.Core.Backtest;

/// <summary>How fine a backtest is played.</summary>
public static class StepLength
{
    /// <summary>The shortest and the longest step.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromSeconds(60);

    /// <summary>The shortest of the periods between looks, within the bounds: finer, nothing would look; coarser, boots and waits would blur.</summary>
    public static TimeSpan For(params IEnumerable<TimeSpan> periods)
    {
        var shortest = periods.Min();
        return shortest < Shortest ? Shortest : shortest > Longest ? Longest : shortest;
    }

    /// <summary>A time in steps, rounded up: what takes a part of a step takes all of it.</summary>
    public static int Steps(TimeSpan time, TimeSpan step) => (int)Math.Min(int.MaxValue / 4, Math.Ceiling(time / step));
}
