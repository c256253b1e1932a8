using ControlPlane.Durable.Protocol;
using ControlPlane.FunctionsHost.Durable;

namespace ControlPlane.FunctionsHost.Tests;

/// <summary>Waits for what happens elsewhere, by looking again and again until a deadline.</summary>
internal static class Wait
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public static Task UntilAsync(Func<bool> isTrue, string missing, double seconds = 30) => UntilAsync(isTrue, () => missing, seconds);

    public static Task UntilAsync(Func<bool> isTrue, Func<string> missing, double seconds = 30) =>
        UntilAsync(() => Task.FromResult(isTrue()), missing, seconds);

    public static async Task UntilAsync(Func<Task<bool>> isTrue, Func<string> missing, double seconds = 30)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await isTrue())
        {
            if (TimeProvider.System.GetElapsedTime(start).TotalSeconds > seconds)
                Assert.Fail($"After {seconds} s there is still missing: {missing()}.");
            await Task.Delay(Pause);
        }
    }

    /// <summary>The instance, once it has such a status.</summary>
    public static async Task<HubInstance> ForAsync(this HostDouble host, string id, OrchestrationStatus status)
    {
        await UntilAsync(() => host.Hub.Find(id)?.Status == status, () =>
            $"{id} with the status {status}; it is {host.Hub.Find(id)?.Status.ToString() ?? "not there"}, {host.Hub.Find(id)?.Output}\n{string.Join('\n', host.Notes.Complaints)}\n{host.Worker.Output}");
        return host.Hub.Find(id)!;
    }
}
