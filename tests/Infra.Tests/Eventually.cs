using System.Diagnostics;

namespace ControlPlane.Infra.Tests;

/// <summary>Waits for what another process does; there is no barrier that reaches into it.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Returns once the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not within a minute; the message says what was missing.</exception>
    public static async Task TrueAsync(Func<bool> condition, Func<string> missing)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Deadline)
                throw new TimeoutException($"After {Deadline.TotalSeconds:0} s: {missing()}");
            await Task.Delay(Pause);
        }
    }
}
