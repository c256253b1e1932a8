using ControlPlane.Durable.Model;

namespace ControlPlane.Durable.Replay;

/// <summary>
/// The retry loop of DTFx (RetryInterceptor), without its last timer, which exists there only for old histories.
/// </summary>
internal static class Retrying
{
    public static async Task<string?> RunAsync(OrchestrationContext context, RetryPolicy policy, Func<Task<string?>> attempt)
    {
        var first = context.Now;
        for (var number = 0; ; number++)
        {
            try
            {
                return await attempt();
            }
            catch (TaskFailedException failed) when (IsWorthRetrying(failed.Failure, policy, number, context.Now - first))
            {
                // Goes on to the pause.
            }

            await context.CreateTimer(policy.PauseAfter(number));
        }
    }

    private static bool IsWorthRetrying(TaskFailure failure, RetryPolicy policy, int number, TimeSpan elapsed) =>
        !failure.NonRetriable
        && number + 1 < policy.MaxAttempts
        && !(elapsed >= policy.RetryTimeout);
}
