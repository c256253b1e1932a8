using ControlPlane.Durable.Model;

namespace ControlPlane.Functions.Orchestrations;

/// <summary>Takes one instance out: no new work, wait for the running work or the deadline, then take it apart. Can be called off while it drains.</summary>
internal static class RetireInstance
{
    /// <summary>Taking apart must succeed in the end: something would be left behind otherwise.</summary>
    public static RetryPolicy Persistent { get; } = new(
        MaxAttempts: 1000, FirstInterval: TimeSpan.FromMilliseconds(200), Backoff: 2, MaxInterval: TimeSpan.FromMinutes(1));

    /// <summary>Looks before the history is emptied: a drain may take a day, and each turn carries all of the history to where it runs.</summary>
    internal const int RoundsPerGeneration = 50;

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    public static async Task<InstanceOutcome> RunAsync(OrchestrationContext context, InstanceInput input)
    {
        if (await context.CallActivity<InstanceOutcome>(Names.BeginDrain, input, Persistent) == InstanceOutcome.Settled)
            return InstanceOutcome.Settled;

        var pause = TimeSpan.FromMilliseconds(200);
        for (var round = 1; ; round++)
        {
            var progress = await context.CallActivity<DrainProgress>(Names.CheckDrain, input, Persistent);
            if (progress.Jobs == 0 || context.Now >= progress.Deadline)
                break;

            var isCancelled = (await context.WaitForEvent<bool>(Names.CancelEvent, pause)).Received;
            if (isCancelled && await context.CallActivity<InstanceOutcome>(Names.CancelDrain, input, Persistent) == InstanceOutcome.CalledBack)
                return InstanceOutcome.CalledBack;
            if (!isCancelled && round >= input.Rounds)
            {
                context.ContinueAsNew(input, keepEvents: true);
                return InstanceOutcome.Pending;
            }

            pause = pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause;
        }

        await context.CallActivity(Names.DismantleInstance, input, Persistent);
        return InstanceOutcome.Gone;
    }
}
