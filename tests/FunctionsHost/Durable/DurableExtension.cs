using ControlPlane.Durable.Protocol;
using ControlPlane.FunctionsHost.Configuration;

namespace ControlPlane.FunctionsHost.Durable;

/// <summary>What clients of the Durable extension can ask for, whichever way they come.</summary>
internal sealed class DurableExtension(HostConfiguration host, TaskHub hub, ExtensionVersion version, TimeProvider time)
{
    private const int LongestId = 256;

    public ExtensionVersion Version => version;

    public TaskHub Hub => hub;

    /// <summary>Starts an instance. An id of one that has finished is taken over.</summary>
    public StartAnswer Start(string name, string id, string? input)
    {
        if (!IsAllowed(id))
            return StartAnswer.IllegalId;

        // The older extension knows its functions; the newer one lets the instance fail.
        if (version == ExtensionVersion.E24 && host.Find(BindingTypes.OrchestrationTrigger, name) is null)
            return StartAnswer.UnknownFunction;
        return hub.Start(name, id, input, version == ExtensionVersion.E24 ? "" : null) ? StartAnswer.Started : StartAnswer.IdInUse;
    }

    public SignalAnswer Raise(string id, string name, string? input) => Signal(id, Events.Raised(time.GetUtcNow(), name, input));

    public SignalAnswer Terminate(string id, string? reason) => Signal(id, Events.Terminated(time.GetUtcNow(), reason));

    public SignalAnswer Suspend(string id, string? reason) => Signal(id, Events.Suspended(time.GetUtcNow(), reason));

    public SignalAnswer Resume(string id, string? reason) => Signal(id, Events.Resumed(time.GetUtcNow(), reason));

    private SignalAnswer Signal(string id, HistoryEvent message)
    {
        switch (hub.Find(id))
        {
            case null:
                return SignalAnswer.NoInstance;
            case { IsFinished: true }:
                return SignalAnswer.Finished;
            default:
                hub.Send(new HubMessage(id, null, message));
                return SignalAnswer.Sent;
        }
    }

    private static bool IsAllowed(string id) => id.Length is > 0 and <= LongestId && id[0] != '@'
        && !id.AsSpan().ContainsAny(@"/\#?") && !id.Any(char.IsControl);
}

/// <summary>What became of a start.</summary>
internal enum StartAnswer
{
    /// <summary>It is stored.</summary>
    Started,

    /// <summary>An instance of this id has not finished.</summary>
    IdInUse,

    /// <summary>The id breaks the rules.</summary>
    IllegalId,

    /// <summary>There is no orchestrator of this name.</summary>
    UnknownFunction,
}

/// <summary>What became of a message.</summary>
internal enum SignalAnswer
{
    /// <summary>It is stored; the orchestrator gets it later.</summary>
    Sent,

    /// <summary>There is no such instance.</summary>
    NoInstance,

    /// <summary>The instance has finished.</summary>
    Finished,
}
