using ControlPlane.Durable.Model;

namespace ControlPlane.Durable.Replay;

/// <summary>Runs activities: the same for the embedded engine and for the Functions host.</summary>
/// <param name="registry">The activities it can run.</param>
public sealed class ActivityRunner(OrchestrationRegistry registry)
{
    /// <summary>Runs an activity once.</summary>
    /// <param name="name">Its registered name; case is ignored.</param>
    /// <param name="context">For whom it runs.</param>
    /// <param name="input">Its input, JSON text.</param>
    /// <param name="cancellation">The process is stopping; the call will be delivered again.</param>
    /// <returns>The JSON text of its result, null for none; a failure as the text <c>{"$error":{...}}</c>.</returns>
    /// <exception cref="OperationCanceledException">It stopped because it was asked to.</exception>
    public async Task<string?> RunAsync(string name, ActivityContext context, string? input, CancellationToken cancellation)
    {
        if (!registry.TryGetActivity(name, out var code))
            return ActivityResult.WriteFailure(new("ActivityNotFound", $"There is no activity named '{name}'.", NonRetriable: true));
        try
        {
            return await code(context, input, cancellation);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            return ActivityResult.WriteFailure(TaskFailure.FromException(exception));
        }
    }
}
