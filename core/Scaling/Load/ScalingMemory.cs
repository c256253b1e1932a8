namespace ControlPlane.Core.Scaling.Load;

/// <summary>What a group remembers for its policy and its strategy, besides its target. Stored with each decision.</summary>
public sealed record ScalingMemory
{
    /// <summary>The load that was seen; null until there was any, or until a strategy goes by it.</summary>
    public LoadMemory? Load { get; init; }

    /// <summary>How long boots took.</summary>
    public BootMemory Boots { get; init; } = new();

    /// <summary>Proposals that the stabilisation window still looks at: each higher than all after it.</summary>
    public IReadOnlyList<Wish> Wishes { get; init; } = [];

    /// <summary>When an instance was last told to leave because there were too many.</summary>
    public DateTimeOffset? ShrankAt { get; init; }

    /// <summary>
    /// Remembers a proposal, and forgets those that a window no longer reaches or a later, higher one hides. When the last
    /// one is from longer ago than a look, it has held until the look before this one: looks that change nothing are not
    /// stored, and a calm group is looked at now and then only.
    /// </summary>
    public ScalingMemory WithWish(int count, DateTimeOffset now, TimeSpan window, TimeSpan period)
    {
        var held = Wishes.Select((wish, index) => index == Wishes.Count - 1 && now - wish.At > period ? wish with { At = now - period } : wish);
        return this with { Wishes = [.. held.Where(wish => wish.At > now - window && wish.Count > count), new Wish(now, count)] };
    }
}

/// <summary>A count that was proposed.</summary>
/// <param name="At">When.</param>
/// <param name="Count">How many instances.</param>
public sealed record Wish(DateTimeOffset At, int Count);
