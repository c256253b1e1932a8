namespace ControlPlane.SqlEngine.Tests;

/// <summary>Waits for what another process or thread does, by looking at it again and again until a deadline.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public static async Task TrueAsync(Func<Task<bool>> isTrue, string missing)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await isTrue())
        {
            if (TimeProvider.System.GetElapsedTime(start) > Deadline)
                Assert.Fail($"After {Deadline.TotalSeconds} s there is still missing: {missing}.");
            await Task.Delay(Pause);
        }
    }
}
