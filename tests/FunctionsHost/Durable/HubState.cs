namespace ControlPlane.FunctionsHost.Durable;

/// <summary>Everything that a task hub's storage holds.</summary>
internal sealed class HubState
{
    /// <summary>Instances by id.</summary>
    public Dictionary<string, HubInstance> Instances { get; init; } = [];

    /// <summary>Messages that wait for a turn, by the id of who gets them.</summary>
    public Dictionary<string, List<HubMessage>> Inboxes { get; init; } = [];

    /// <summary>Activities that are to be run, or are being run.</summary>
    public List<ActivityItem> Activities { get; init; } = [];

    /// <summary>Messages that wait for their time.</summary>
    public List<TimerItem> Timers { get; init; } = [];
}
