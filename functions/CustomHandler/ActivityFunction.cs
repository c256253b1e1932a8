using ControlPlane.Core.Problems;
using ControlPlane.Durable.Model;
using ControlPlane.Durable.Replay;

namespace ControlPlane.Functions.CustomHandler;

/// <summary>
/// One call of an activity. A failure travels as a result, in an envelope of its own: of an HTTP error only the status
/// would reach the orchestrator. Source: functions-custom-handler, section 6.5; durable-protocol, section 8.
/// </summary>
internal sealed class ActivityFunction(ActivityRunner runner)
{
    /// <summary>The host does not say which call of an execution this is; what must be done once goes by the input.</summary>
    private const int UnknownTask = -1;

    public async Task<Problem?> RunAsync(HttpContext context, Envelope envelope, string name)
    {
        if (!envelope.Has(FunctionBindings.Activity))
            return new Problem(ProblemCodes.Unreadable, $"Data.{FunctionBindings.Activity} must be the activity's input.");
        var caller = new ActivityContext(envelope.MetadataText(FunctionBindings.InstanceId) ?? "", "", UnknownTask);
        var result = await runner.RunAsync(name, caller, envelope.Text(FunctionBindings.Activity), context.RequestAborted);
        await EnvelopeAnswer.WriteReturnValueAsync(context, result);
        return null;
    }
}
