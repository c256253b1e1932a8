using System.Diagnostics;

namespace ControlPlane.Infra.Tests;

/// <summary>Waits for what another process or the engine's own threads do; there is no barrier that reaches into them.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Returns once the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not within a minute; the message says what was missing.</exception>
    public static Task TrueAsync(Func<bool> condition, Func<string> missing) => WaitAsync(() => Task.FromResult(condition()), missing);

    /// <summary>Returns once the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not within a minute; the message says what was waited for.</exception>
    public static Task TrueAsync(Func<Task<bool>> condition, string awaited) => WaitAsync(condition, () => $"waited in vain for {awaited}");

    private static async Task WaitAsync(Func<Task<bool>> condition, Func<string> missing)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Deadline)
                throw new TimeoutException($"After {Deadline.TotalSeconds:0} s: {missing()}");
            await Task.Delay(Pause);
        }
    }
}
