namespace ControlPlane.Functions.Tests.Site;

/// <summary>Waits for what other threads do, with a deadline that says what was missing.</summary>
internal static class Soon
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Looks again and again until it is true.</summary>
    public static Task TrueAsync(Func<bool> isTrue, string missing) => TrueAsync(() => Task.FromResult(isTrue()), missing);

    /// <summary>Looks again and again until it is true.</summary>
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

    /// <summary>The task's result, or a failure that names what was waited for.</summary>
    public static async Task<T> SoonAsync<T>(this Task<T> task, string missing)
    {
        await ((Task)task).SoonAsync(missing);
        return await task;
    }

    /// <summary>Waits for the task, or fails and names what was waited for.</summary>
    public static async Task SoonAsync(this Task task, string missing)
    {
        try
        {
            await task.WaitAsync(Deadline);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            Assert.Fail($"After {Deadline.TotalSeconds} s there is still missing: {missing}.");
        }
    }
}
