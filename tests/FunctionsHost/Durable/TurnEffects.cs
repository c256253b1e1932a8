namespace ControlPlane.FunctionsHost.Durable;

/// <summary>What a work item sends out when it is committed, gathered over its generations.</summary>
internal sealed class TurnEffects
{
    public List<ActivityItem> Activities { get; } = [];

    public List<TimerItem> Timers { get; } = [];

    public List<HubMessage> Messages { get; } = [];
}
