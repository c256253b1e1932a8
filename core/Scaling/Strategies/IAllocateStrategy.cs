using ControlPlane.Core.Scaling.Load;

namespace ControlPlane.Core.Scaling.Strategies;

/// <summary>A way to decide how many instances a group should have. Pure: the same input gives the same answer.</summary>
public interface IAllocateStrategy
{
    /// <summary>The name that monitors choose it by, without <c>Strategy</c> at the end.</summary>
    string Name { get; }

    /// <summary>Says how many instances there should be, without regard to any limit.</summary>
    Proposal Propose(GroupView group);

    /// <summary>
    /// When it may ask for something else although nothing about the group has changed, such as when a forecast reaches
    /// another hour; null when it never does. A calm group is looked at then.
    /// </summary>
    DateTimeOffset? NextChange(GroupView group) => null;
}

/// <summary>What a strategy asks for.</summary>
/// <param name="Count">The number of instances.</param>
/// <param name="Rule">The rule that asked for it.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="Samples">The samples to remember, unless the group changes now.</param>
public sealed record Proposal(int Count, string Rule, string Reason, string Samples)
{
    /// <summary>The load to remember; null leaves what is remembered.</summary>
    public LoadMemory? Load { get; init; }

    /// <summary>Whether an input was missing or stale. Then the group does not shrink, whatever the count.</summary>
    public bool IsBlind { get; init; }
}
