using System.Diagnostics;

namespace ControlPlane.EndToEnd.Machine;

/// <summary>Waits for what other processes do, by looking again and again. A limit that passes says what is still missing.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <summary>Waits until nothing is missing any more.</summary>
    /// <param name="findMissing">Says what is missing; null when nothing is.</param>
    /// <param name="limitSeconds">How long to wait.</param>
    /// <param name="explain">Says more for a failure.</param>
    public static async Task NothingMissingAsync(Func<Task<string?>> findMissing, double limitSeconds = 90, Func<Task<string>>? explain = null)
    {
        var start = Stopwatch.GetTimestamp();
        while (await findMissing() is { } missing)
        {
            if (Stopwatch.GetElapsedTime(start).TotalSeconds > limitSeconds)
                Assert.Fail($"After {limitSeconds} s there is still missing: {missing}\n{(explain is null ? "" : await explain())}");
            await Task.Delay(Pause);
        }
    }

    /// <summary>Waits until a condition holds.</summary>
    public static Task TrueAsync(Func<Task<bool>> isTrue, string missing, double limitSeconds = 90) =>
        NothingMissingAsync(async () => await isTrue() ? null : missing, limitSeconds);

    /// <summary>Waits until there is something, and returns it.</summary>
    public static async Task<T> FoundAsync<T>(Func<Task<T?>> find, string missing, double limitSeconds = 90)
        where T : class
    {
        T? found = null;
        await TrueAsync(async () => (found = await find()) is not null, missing, limitSeconds);
        return found!;
    }
}
