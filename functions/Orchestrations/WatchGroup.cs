using ControlPlane.Durable.Model;

namespace ControlPlane.Functions.Orchestrations;

/// <summary>
/// Watches one group for as long as its monitor exists: look, decide and order (one activity), sleep or be woken,
/// begin anew with an empty history.
/// </summary>
internal static class WatchGroup
{
    private static readonly RetryPolicy Retry = new(
        MaxAttempts: 10, FirstInterval: TimeSpan.FromMilliseconds(500), Backoff: 2, MaxInterval: TimeSpan.FromSeconds(30));

    public static async Task<WatchResult> RunAsync(OrchestrationContext context, WatchInput input)
    {
        var result = await context.CallActivity<WatchResult>(Names.EvaluateGroup, input, Retry);
        if (result.IsOver)
            return result;

        await context.WaitForEvent<bool>(Names.WakeEvent, result.Pause);
        context.ContinueAsNew(input with { Look = result.Sequence + 1 }, keepEvents: false);
        return result;
    }
}
