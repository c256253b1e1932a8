using ControlPlane.Core.Problems;
using ControlPlane.Durable.Protocol;
using ControlPlane.Durable.Replay;
using Google.Protobuf;

namespace ControlPlane.Functions.CustomHandler;

/// <summary>
/// One turn of an orchestration: base64 of an OrchestratorRequest in, base64 of an OrchestratorResponse out. The executor
/// answers every request, since an HTTP error here would fail the instance for good.
/// Source: functions-custom-handler, section 6.4; durable-protocol, section 2.
/// </summary>
internal sealed class OrchestratorFunction(OrchestratorExecutor executor)
{
    public async Task<Problem?> RunAsync(HttpContext context, Envelope envelope)
    {
        if (Decode(envelope.Text(FunctionBindings.Orchestration)) is not { } request)
            return new Problem(ProblemCodes.Unreadable, $"Data.{FunctionBindings.Orchestration} must be the base64 of an OrchestratorRequest.");
        await EnvelopeAnswer.WriteReturnValueAsync(context, Convert.ToBase64String(executor.Execute(request).ToByteArray()));
        return null;
    }

    private static OrchestratorRequest? Decode(string? text)
    {
        try
        {
            return string.IsNullOrEmpty(text) ? null : OrchestratorRequest.Parser.ParseFrom(Convert.FromBase64String(text));
        }
        catch (Exception fault) when (fault is FormatException or InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
