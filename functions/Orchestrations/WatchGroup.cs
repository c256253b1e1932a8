using ControlPlane.Durable.Model;

namespace ControlPlane.Functions.Orchestrations;

/// <summary>
/// Watches one group for as long as its monitor exists: look, decide and order (one activity), sleep or be woken, look
/// again. A look costs two turns. It begins anew with an empty history after some looks, and whenever it was woken: the
/// timer of the sleep that was cut short would cost a turn later.
/// </summary>
/// <remarks>
/// A history that an earlier version left, of one look in each generation, is the beginning of one of this version, and
/// goes on. The other way round, the earlier version fails over a history of several looks, and the reconciler starts
/// the watch anew; nothing is lost, since all that a watch remembers is in the group's rows.
/// </remarks>
internal static class WatchGroup
{
    /// <summary>Looks before the history is emptied. Each turn carries all of it to where it runs.</summary>
    internal const int LooksPerGeneration = 20;

    private static readonly RetryPolicy Retry = new(
        MaxAttempts: 10, FirstInterval: TimeSpan.FromMilliseconds(500), Backoff: 2, MaxInterval: TimeSpan.FromSeconds(30));

    public static async Task<WatchResult> RunAsync(OrchestrationContext context, WatchInput input)
    {
        for (var look = 1; ; look++)
        {
            var result = await context.CallActivity<WatchResult>(Names.EvaluateGroup, input, Retry);
            if (result.IsOver)
                return result;

            var isWoken = (await context.WaitForEvent<bool>(Names.WakeEvent, result.Pause)).Received;
            input = input with { Look = result.Sequence + 1, Calm = isWoken ? null : result.Calm };
            if (!isWoken && look < LooksPerGeneration)
                continue;

            context.ContinueAsNew(input, keepEvents: false);
            return result;
        }
    }
}
