namespace ControlPlane.Core.Groups;

/// <summary>What routers do with requests to a group: let them through, or hold them until the gate opens.</summary>
public enum Gate
{
    /// <summary>Everything goes through.</summary>
    Open,

    /// <summary>What only reads, by the engine profile's word, goes through; the rest is held.</summary>
    WritesHeld,

    /// <summary>Everything is held.</summary>
    Closed,
}
