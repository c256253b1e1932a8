namespace ControlPlane.Core.Pools;

/// <summary>A place for one instance.</summary>
public sealed record Slot
{
    /// <summary>The longest time to give a borrowed slot back.</summary>
    public static readonly TimeSpan LongestRecall = TimeSpan.FromDays(1);

    /// <summary>The number that the seed's API knows it by; unique within the pool, never used again.</summary>
    public int Id { get; init; }

    /// <summary>Unique among the slots of all pools.</summary>
    public required string Name { get; init; }

    /// <summary>The tag of the group that it belongs to; null when it is anybody's.</summary>
    public string? Owner { get; init; }

    /// <summary>-1000 to 1000, default 0. Of slots that are as good otherwise, the highest is taken first.</summary>
    public int Priority { get; init; }

    /// <summary>How many cores an instance in it takes of a budget, 1 to 10,000; default 1.</summary>
    public int Cores { get; init; } = 1;

    /// <summary>What an instance in it costs in an hour, in whatever currency budgets are in; default 0.</summary>
    public decimal CostPerHour { get; init; }

    /// <summary>Whether other groups may borrow it while its owner has nothing in it; default true.</summary>
    public bool IsLendable { get; init; } = true;

    /// <summary>How long a borrower may finish its jobs once the owner asks for it, 0 s to 24 h; default 5 min.</summary>
    public TimeSpan RecallDeadline { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The machine; null for a slot on this one.</summary>
    public SshHost? Host { get; init; }

    /// <summary>What the seed calls <c>host</c>: a name of the machine for people. Nothing is done with it.</summary>
    public string? HostLabel { get; init; }

    /// <summary>Whether two slots are on one machine, reached and set up alike. Records compare dictionaries by reference only.</summary>
    public static bool IsSameHost(SshHost? one, SshHost? other)
    {
        if (one is null || other is null)
            return one is null && other is null;
        return one with { MlsqlConfig = other.MlsqlConfig } == other
            && one.MlsqlConfig.Count == other.MlsqlConfig.Count
            && one.MlsqlConfig.All(pair => other.MlsqlConfig.TryGetValue(pair.Key, out var value) && value == pair.Value);
    }
}
