namespace ControlPlane.Core.Groups;

/// <summary>One colour of a group: which instances belong to it, and what they are started with.</summary>
public sealed record Side
{
    /// <summary>The epoch that its instances and its database account were made for. Only those of exactly this epoch belong to it.</summary>
    public required long Epoch { get; init; }

    /// <summary>The engine profile of its instances; the monitor's when null.</summary>
    public string? Profile { get; init; }

    /// <summary>The version of its engines, which a profile's commands may name; null when nobody has said.</summary>
    public string? Version { get; init; }

    /// <summary>The name of its database on the monitor's database server; null when the engines of the group keep none there.</summary>
    public string? Database { get; init; }
}
