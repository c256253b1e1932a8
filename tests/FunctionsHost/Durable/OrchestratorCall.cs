using ControlPlane.Durable.Protocol;
using ControlPlane.FunctionsHost.Configuration;
using ControlPlane.FunctionsHost.Invocation;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Newtonsoft.Json.Linq;

namespace ControlPlane.FunctionsHost.Durable;

/// <summary>Has an orchestrator run one turn: the extension's OutOfProcMiddleware. Source: durable-protocol, section 2.</summary>
internal sealed class OrchestratorCall(HostConfiguration host, InvokeFunction invoke, ExtensionVersion version, HostNotes notes)
{
    /// <summary>What the orchestrator wants done; a failure when it did not answer.</summary>
    /// <exception cref="TurnAbortedException">The turn is to be repeated.</exception>
    public async Task<OrchestratorResponse> RunAsync(RuntimeState state, CancellationToken stop)
    {
        var name = state.Started!.Name;
        if (host.Find(BindingTypes.OrchestrationTrigger, name) is not { } function)
            return OrchestratorAnswer.Failed($"The function '{name}' doesn't exist, is disabled, or is not an orchestrator function.", null);
        try
        {
            var data = new JObject { [function.Trigger.Name] = ValueEncoding.Encode(Request(state).ToByteString().ToBase64()) };
            var result = await invoke(function, data, [], stop);
            return OrchestratorAnswer.Read(result.ReturnValue, version);
        }
        catch (Exception failure) when (failure is FunctionTimeoutException or TimeoutException || stop.IsCancellationRequested)
        {
            throw new TurnAbortedException(failure.Message);
        }
        catch (Exception failure) when (failure is FunctionInvocationException or InvalidOperationException)
        {
            var cause = failure.InnerException ?? failure;
            notes.Complain(
                $"{state.Started.OrchestrationInstance.InstanceId}: a turn of {name} ended in an error, so the instance has failed for good: {cause.Message}");
            return OrchestratorAnswer.Failed($"Function '{name}' failed with an unhandled exception.", failure.ToString());
        }
    }

    private OrchestratorRequest Request(RuntimeState state)
    {
        // The execution's id is not set here: it stands in the history only.
        var request = new OrchestratorRequest
        {
            InstanceId = state.Started!.OrchestrationInstance.InstanceId,
            PastEvents = { state.Past },
            NewEvents = { state.New },
            EntityParameters = new() { EntityMessageReorderWindow = Duration.FromTimeSpan(TimeSpan.FromMinutes(30)) },
        };
        if (version == ExtensionVersion.E319)
        {
            request.Properties["HttpDefaultAsyncRequestSleepTimeMilliseconds"] = Value.ForNumber(30_000);
            request.Properties["IncludeState"] = Value.ForBool(true);
            request.Properties["IsExtendedSession"] = Value.ForBool(false);
            request.Properties["ExtendedSessionIdleTimeoutInSeconds"] = Value.ForNumber(0);
        }

        return request;
    }
}
