using ControlPlane.Core.Databases;
using ControlPlane.Core.Groups;
using ControlPlane.Core.Profiles;

namespace ControlPlane.Core.Instances;

/// <summary>All that a provider is told of an instance that it is to start.</summary>
public sealed record StartOrder
{
    /// <summary>The instance's name, which is also the key by which it is found again.</summary>
    public required string Name { get; init; }

    /// <summary>The slot it gets.</summary>
    public required string Slot { get; init; }

    /// <summary>The engine profile that says how.</summary>
    public required EngineProfile Profile { get; init; }

    /// <summary>The version of its engine; null for the one that its profile gives.</summary>
    public string? Version { get; init; }

    /// <summary>The epoch of its group that it is made for, from 1.</summary>
    public long Epoch { get; init; } = Group.FirstEpoch;

    /// <summary>Where its engine keeps its data; null when it keeps none on a server.</summary>
    public DatabaseLogin? Database { get; init; }

    /// <summary>Whether it is started to change the schema of its database.</summary>
    public bool IsMigrator { get; init; }

    /// <summary>The command that this instance is started with.</summary>
    /// <param name="usual">The command of the profile for the provider that asks.</param>
    public IReadOnlyList<string> CommandOver(IReadOnlyList<string> usual) => IsMigrator ? Profile.Migration.Command ?? usual : usual;
}
