using ControlPlane.Core.Databases;

namespace ControlPlane.Core.Upgrades;

/// <summary>What an upgrade was asked to do, checked, with every default filled in.</summary>
public sealed record UpgradeTerms
{
    /// <summary>How.</summary>
    public required UpgradeMode Mode { get; init; }

    /// <summary>The version of the new engines; null when the profile alone says it.</summary>
    public string? Version { get; init; }

    /// <summary>The profile of the new engines; null for the one that the group has.</summary>
    public string? Profile { get; init; }

    /// <summary>Whether it is only tried out on a copy that is thrown away: it measures the migration and changes nothing.</summary>
    public bool IsRehearsal { get; init; }

    /// <summary>Whether it waits for somebody's word before it holds writes; default false.</summary>
    public bool NeedsApproval { get; init; }

    /// <summary>Whether the new side's instances start before writes are held, as their profile says they can; default false.</summary>
    public bool IsPreviewed { get; init; }

    /// <summary>The longest that writes may be held, 5 s to 1 h; default 300 s. After it, the upgrade returns by itself.</summary>
    public TimeSpan MaxPause { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>The longest that one request is held, 1 s to 1 h; default as <see cref="MaxPause"/>. After it, it is answered 503.</summary>
    public TimeSpan HoldTime { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>How long writes under way may take to end before the fence, 1 s to 10 min; default 15 s. After it, the upgrade returns.</summary>
    public TimeSpan Quiesce { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long only reads are let through after the switch, 0 s to 10 min; default 0.</summary>
    public TimeSpan Soak { get; init; }

    /// <summary>How long the old side is kept ready after the switch, 0 s to 7 days; default 30 min.</summary>
    public TimeSpan Bake { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How the database is copied in the cold mode; default a dump, during which reads go on.</summary>
    public CopyMethod Copy { get; init; } = CopyMethod.Dump;

    /// <summary>How many tables or chunks are worked on at once, 1 to 64; default 2.</summary>
    public int Workers { get; init; } = 2;

    /// <summary>When the new side counts as worse than the old.</summary>
    public AnalysisTerms Analysis { get; init => field = value ?? new(); } = new();

    /// <summary>Requests that the new side must answer before it serves.</summary>
    public IReadOnlyList<SmokeCheck> Smoke { get; init => field = value ?? []; } = [];
}

/// <summary>When the new side counts as worse than the old.</summary>
public sealed record AnalysisTerms
{
    /// <summary>The most failures, of a hundred requests, 0 to 100; default 1.</summary>
    public double MaxErrorPercent { get; init; } = 1;

    /// <summary>The longest 95th percentile of answers, as a multiple of the old side's; from 1; default 3. Less than 100 ms later never counts.</summary>
    public double MaxSlowdown { get; init; } = 3;

    /// <summary>How many requests it takes to judge, from 1; default 20.</summary>
    public int MinRequests { get; init; } = 20;
}

/// <summary>A request that the new side must answer before it serves.</summary>
/// <param name="Path">The path, such as <c>/run/script</c>.</param>
/// <param name="Body">The body of a POST, as a form; null for a GET.</param>
/// <param name="Status">The status that is expected; default 200.</param>
/// <param name="Contains">A text that must be in the answer; null for any answer.</param>
public sealed record SmokeCheck(string Path, string? Body = null, int Status = 200, string? Contains = null);
