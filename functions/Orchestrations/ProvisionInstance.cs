using ControlPlane.Durable.Model;

namespace ControlPlane.Functions.Orchestrations;

/// <summary>Brings one ordered instance to serve, or undoes all of it and says why.</summary>
internal static class ProvisionInstance
{
    private static readonly RetryPolicy Retry = new(MaxAttempts: 3, FirstInterval: TimeSpan.FromMilliseconds(200), Backoff: 2);

    public static async Task<InstanceOutcome> RunAsync(OrchestrationContext context, InstanceInput input)
    {
        try
        {
            if (await context.CallActivity<InstanceOutcome>(Names.LeaseSlot, input, Retry) == InstanceOutcome.Settled)
                return InstanceOutcome.Settled;
            var bootDeadline = context.Now + await context.CallActivity<TimeSpan>(Names.CreateInstance, input, Retry);
            while (await AwaitServingAsync(context, input, bootDeadline) == InstanceOutcome.Pending)
            {
                if (context.Now >= bootDeadline)
                    return await UndoAsync(context, input, "it did not serve before its boot deadline");
            }

            return await context.CallActivity<InstanceOutcome>(Names.RegisterInstance, input, Retry);
        }
        catch (TaskFailedException failed)
        {
            return await UndoAsync(context, input, failed.Failure.Message);
        }
    }

    private static Task<InstanceOutcome> AwaitServingAsync(OrchestrationContext context, InstanceInput input, DateTimeOffset bootDeadline) =>
        context.CallActivity<InstanceOutcome>(Names.AwaitServing, input with { Patience = bootDeadline - context.Now }, Retry);

    private static async Task<InstanceOutcome> UndoAsync(OrchestrationContext context, InstanceInput input, string reason)
    {
        await context.CallActivity(Names.DismantleInstance, input with { Failure = reason }, RetireInstance.Persistent);
        return InstanceOutcome.Failed;
    }
}
