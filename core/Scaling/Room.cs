namespace ControlPlane.Core.Scaling;

/// <summary>How many more instances a group has room for, and what there is too little of beyond that.</summary>
/// <param name="Count">How many; below zero when more were ordered than there is room for.</param>
/// <param name="Limit">What ends it, in one word: <c>slots</c>, <c>budget</c> or <c>batch</c>. The name of the clamp.</param>
/// <param name="Reason">The same in words.</param>
public sealed record Room(int Count, string Limit, string Reason)
{
    /// <summary>The limit of a group that lacks slots.</summary>
    public const string Slots = "slots";

    /// <summary>The limit of a group that has slots, and no budget for them.</summary>
    public const string Budget = "budget";

    /// <summary>The limit of a group that has both, for more instances than one decision starts.</summary>
    public const string Batch = "batch";

    /// <summary>No limit that matters.</summary>
    public static Room Unlimited { get; } = Of(int.MaxValue);

    /// <summary>So many slots and no more.</summary>
    public static Room Of(int slots) => new(slots, Slots, "the pool has no more free slots");
}
