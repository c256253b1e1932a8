using ControlPlane.Durable.Protocol;
using ControlPlane.FunctionsHost.Durable;

namespace ControlPlane.FunctionsHost.Tests;

/// <summary>Waits for what happens elsewhere, by looking again and again until a deadline.</summary>
internal static class Wait
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public static async Task UntilAsync(Func<bool> isTrue, string missing, double seconds = 30)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!isTrue())
        {
            if (TimeProvider.System.GetElapsedTime(start).TotalSeconds > seconds)
                Assert.Fail($"After {seconds} s there is still missing: {missing}.");
            await Task.Delay(Pause);
        }
    }

    /// <summary>The instance, once it has such a status.</summary>
    public static async Task<HubInstance> ForAsync(this TaskHub hub, string id, OrchestrationStatus status)
    {
        await UntilAsync(() => hub.Find(id)?.Status == status, $"{id} with the status {status}; it is {hub.Find(id)?.Status.ToString() ?? "not there"}, {hub.Find(id)?.Output}");
        return hub.Find(id)!;
    }
}
