using System.Text;
using ControlPlane.Durable.Protocol;
using Google.Protobuf;
using Newtonsoft.Json;
using Kind = ControlPlane.Durable.Protocol.OrchestratorAction.OrchestratorActionTypeOneofCase;

namespace ControlPlane.FunctionsHost.Durable;

/// <summary>What the extension makes of an orchestrator's return value. Source: durable-protocol, sections 1.4 and 2.</summary>
internal static class OrchestratorAnswer
{
    private const string OutOfMemory = "System.OutOfMemoryException";
    private const int MostCustomStatusBytes = 16 * 1024;

    /// <exception cref="InvalidOperationException">It is no answer: the instance fails for good.</exception>
    /// <exception cref="TurnAbortedException">It asks for a repetition.</exception>
    public static OrchestratorResponse Read(object? returned, ExtensionVersion version)
    {
        if (returned is not string { Length: > 0 } text)
            throw new InvalidOperationException("The function invocation resulted in a null response.");
        var response = Parse(text);
        if (version == ExtensionVersion.E319 && response.RequiresHistory)
            throw new TurnAbortedException("the handler asks for the history again and again");
        foreach (var action in response.Actions)
            Check(action);
        if (version == ExtensionVersion.E319 && Encoding.Unicode.GetByteCount(response.CustomStatus ?? "") > MostCustomStatusBytes)
            throw new InvalidOperationException("The custom status is larger than 16 KB.");
        if (response.Actions.Any(action => IsOutOfMemory(action.CompleteOrchestration, version)))
            throw new TurnAbortedException("out of memory");
        return response;
    }

    /// <summary>The completion of an instance whose function failed.</summary>
    public static OrchestratorResponse Failed(string message, string? details) => new()
    {
        Actions =
        {
            new OrchestratorAction
            {
                Id = -1,
                CompleteOrchestration = new()
                {
                    OrchestrationStatus = OrchestrationStatus.Failed,
                    Result = JsonConvert.SerializeObject(new { message, details }),
                },
            },
        },
    };

    private static OrchestratorResponse Parse(string text)
    {
        try
        {
            return OrchestratorResponse.Parser.ParseFrom(Convert.FromBase64String(text));
        }
        catch (Exception fault) when (fault is FormatException or InvalidProtocolBufferException)
        {
            throw new InvalidOperationException($"The return value is no base64 of an OrchestratorResponse: {fault.Message}");
        }
    }

    private static void Check(OrchestratorAction action)
    {
        var fault = action.OrchestratorActionTypeCase switch
        {
            Kind.None => $"The action #{action.Id} is of a type that is not supported.",
            Kind.CreateTimer when action.CreateTimer.FireAt is null => $"The timer #{action.Id} has no time.",
            Kind.SendEvent when action.SendEvent.Instance is null => $"The event #{action.Id} has no receiver.",
            _ => null,
        };
        if (fault is not null)
            throw new InvalidOperationException(fault);
    }

    /// <summary>The older extension looks for it in inner failures only.</summary>
    private static bool IsOutOfMemory(CompleteOrchestrationAction? completion, ExtensionVersion version)
    {
        if (completion?.OrchestrationStatus != OrchestrationStatus.Failed)
            return false;
        var details = version == ExtensionVersion.E24 ? completion.FailureDetails?.InnerFailure : completion.FailureDetails;
        for (; details is not null; details = details.InnerFailure)
        {
            if (details.ErrorType == OutOfMemory)
                return true;
        }

        return false;
    }
}
