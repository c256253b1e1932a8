namespace ControlPlane.Functions.Tests.Forwarding;

/// <summary>Waits that say what was missing when they give up.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task Within(this Task task, string what)
    {
        try
        {
            await task.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Waited {Patience.TotalSeconds:0} s in vain for: {what}");
        }
    }

    public static async Task<T> Within<T>(this Task<T> task, string what)
    {
        await ((Task)task).Within(what);
        return await task;
    }

    /// <summary>For states that nothing announces: looks again and again.</summary>
    public static async Task Until(Func<bool> holds, string what)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        var end = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (!holds())
        {
            if (Environment.TickCount64 > end)
                throw new TimeoutException($"Waited {Patience.TotalSeconds:0} s in vain for: {what}");
            await timer.WaitForNextTickAsync();
        }
    }
}
