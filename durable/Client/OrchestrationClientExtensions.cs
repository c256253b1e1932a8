namespace ControlPlane.Durable.Client;

/// <summary>What can be built from the client's own calls.</summary>
public static class OrchestrationClientExtensions
{
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan SlowestLook = TimeSpan.FromSeconds(1);

    /// <summary>Waits until an instance has finished, looking less and less often, at least once a second.</summary>
    /// <param name="client">The client to ask.</param>
    /// <param name="instanceId">The instance.</param>
    /// <param name="deadline">The longest wait.</param>
    /// <param name="time">The clock; the system's when null.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <exception cref="TimeoutException">It has not finished in time; the message says where it stands.</exception>
    public static async Task<OrchestrationInstance> WaitForCompletionAsync(
        this IOrchestrationClient client,
        string instanceId,
        TimeSpan deadline,
        TimeProvider? time = null,
        CancellationToken cancellation = default)
    {
        time ??= TimeProvider.System;
        var started = time.GetTimestamp();
        for (var pause = FirstLook; ; pause = pause * 2 < SlowestLook ? pause * 2 : SlowestLook)
        {
            var instance = await client.GetAsync(instanceId, cancellation);
            if (instance is { IsFinished: true })
                return instance;
            if (time.GetElapsedTime(started) >= deadline)
                throw new TimeoutException($"'{instanceId}' has not finished within {deadline}: {Describe(instance)}.");
            await Task.Delay(pause, time, cancellation);
        }
    }

    private static string Describe(OrchestrationInstance? instance) => instance is null
        ? "there is no such instance"
        : $"it is {instance.Status}, last changed at {instance.Updated:O}, with the custom status {instance.CustomStatus ?? "none"}";
}
