using ControlPlane.Core.Databases;
using ControlPlane.Core.Problems;

namespace ControlPlane.Core.Upgrades;

/// <summary>What a user asks for when starting an upgrade, before any check.</summary>
public sealed record UpgradeSpec
{
    private const int Hour = 3600, Week = 7 * 24 * Hour, MaxSmoke = 20;

    /// <summary>The group's tag; required.</summary>
    public string? Group { get; init; }

    /// <summary>See <see cref="UpgradeTerms.Mode"/>; required.</summary>
    public string? Mode { get; init; }

    /// <summary>See <see cref="UpgradeTerms.Version"/>; this or <see cref="Profile"/> is required.</summary>
    public string? Version { get; init; }

    /// <summary>See <see cref="UpgradeTerms.Profile"/>.</summary>
    public string? Profile { get; init; }

    /// <summary>Whether only to say what would be done and what stands in the way; default false.</summary>
    public bool? DryRun { get; init; }

    /// <summary>See <see cref="UpgradeTerms.IsRehearsal"/>; default false.</summary>
    public bool? Rehearse { get; init; }

    /// <summary>See <see cref="UpgradeTerms.NeedsApproval"/>; default false.</summary>
    public bool? Approve { get; init; }

    /// <summary>See <see cref="UpgradeTerms.MaxPause"/>.</summary>
    public double? MaxPauseSeconds { get; init; }

    /// <summary>See <see cref="UpgradeTerms.HoldTime"/>.</summary>
    public double? HoldSeconds { get; init; }

    /// <summary>See <see cref="UpgradeTerms.Quiesce"/>.</summary>
    public double? QuiesceSeconds { get; init; }

    /// <summary>See <see cref="UpgradeTerms.Soak"/>.</summary>
    public double? SoakSeconds { get; init; }

    /// <summary>See <see cref="UpgradeTerms.Bake"/>.</summary>
    public double? BakeSeconds { get; init; }

    /// <summary>See <see cref="UpgradeTerms.Copy"/>: <c>dump</c> or <c>template</c>.</summary>
    public string? Copy { get; init; }

    /// <summary>See <see cref="UpgradeTerms.Workers"/>.</summary>
    public int? Workers { get; init; }

    /// <summary>See <see cref="AnalysisTerms.MaxErrorPercent"/>.</summary>
    public double? MaxErrorPercent { get; init; }

    /// <summary>See <see cref="AnalysisTerms.MaxSlowdown"/>.</summary>
    public double? MaxSlowdown { get; init; }

    /// <summary>See <see cref="AnalysisTerms.MinRequests"/>.</summary>
    public int? MinRequests { get; init; }

    /// <summary>See <see cref="UpgradeTerms.Smoke"/>.</summary>
    public IReadOnlyList<SmokeSpec>? Smoke { get; init; }

    /// <summary>Checks every field and says all that is wrong at once. Whether the group and the profile are there is the caller's to find out.</summary>
    public Result<UpgradeTerms> Validate()
    {
        var errors = new List<FieldError>();
        var at = new FieldChecks(errors);
        at.Text("group", Group, 128, "the tag of a group, such as group1");
        var mode = at.OneOf<UpgradeMode>("mode", Mode, Enum.GetValues<UpgradeMode>());
        if (Version is null && Profile is null)
            at.Refuse("version", "is missing. Give the version of the new engines, or a profile of theirs.");
        if (Version is not null)
            at.Text("version", Version, 128, "the version of the new engines");
        var copy = Copy is null ? CopyMethod.Dump : at.OneOf<CopyMethod>("copy", Copy, Enum.GetValues<CopyMethod>());
        var maxPause = at.Seconds("maxPauseSeconds", MaxPauseSeconds, 5, Hour) ?? TimeSpan.FromSeconds(300);
        var terms = new UpgradeTerms
        {
            Mode = mode ?? default,
            Version = Version,
            Profile = Profile,
            IsRehearsal = Rehearse ?? false,
            NeedsApproval = Approve ?? false,
            MaxPause = maxPause,
            HoldTime = at.Seconds("holdSeconds", HoldSeconds, 1, Hour) ?? maxPause,
            Quiesce = at.Seconds("quiesceSeconds", QuiesceSeconds, 1, 600) ?? TimeSpan.FromSeconds(15),
            Soak = at.Seconds("soakSeconds", SoakSeconds, 0, 600) ?? TimeSpan.Zero,
            Bake = at.Seconds("bakeSeconds", BakeSeconds, 0, Week) ?? TimeSpan.FromMinutes(30),
            Copy = copy ?? default,
            Workers = at.Whole("workers", Workers, 1, 64) ?? 2,
            Analysis = ValidateAnalysis(at),
            Smoke = at.Each("smoke", Smoke, MaxSmoke, (SmokeSpec check, FieldChecks here) => check.Validate(here)),
        };
        if (terms.Soak >= terms.MaxPause)
            at.Refuse("soakSeconds", $"is {terms.Soak.TotalSeconds:0}. Writes are held meanwhile, so it must be less than maxPauseSeconds, which is {terms.MaxPause.TotalSeconds:0}.");
        if (terms.IsRehearsal && mode == UpgradeMode.Rolling)
            at.Refuse("rehearse", "has nothing to try out in the mode rolling, which changes no database. Leave it out.");
        return errors.Count > 0 ? Problem.Invalid(errors) : terms;
    }

    private AnalysisTerms ValidateAnalysis(FieldChecks at)
    {
        var standard = new AnalysisTerms();
        if (MaxErrorPercent is < 0 or > 100 or double.NaN)
            at.Refuse("maxErrorPercent", $"is {MaxErrorPercent}. Give a number from 0 to 100.");
        if (MaxSlowdown is < 1 or > 1000 or double.NaN)
            at.Refuse("maxSlowdown", $"is {MaxSlowdown}. Give a number from 1 to 1000.");
        return new AnalysisTerms
        {
            MaxErrorPercent = MaxErrorPercent ?? standard.MaxErrorPercent,
            MaxSlowdown = MaxSlowdown ?? standard.MaxSlowdown,
            MinRequests = at.Whole("minRequests", MinRequests, 1, 1_000_000) ?? standard.MinRequests,
        };
    }
}

/// <summary>A <see cref="SmokeCheck"/> as users ask for it, before any check.</summary>
public sealed record SmokeSpec
{
    /// <summary>See <see cref="SmokeCheck.Path"/>; required.</summary>
    public string? Path { get; init; }

    /// <summary>See <see cref="SmokeCheck.Body"/>.</summary>
    public string? Body { get; init; }

    /// <summary>See <see cref="SmokeCheck.Status"/>; 200 when left out.</summary>
    public int? Status { get; init; }

    /// <summary>See <see cref="SmokeCheck.Contains"/>.</summary>
    public string? Contains { get; init; }

    internal SmokeCheck Validate(FieldChecks at)
    {
        if (Path is null || !Path.StartsWith('/') || Path.StartsWith("//", StringComparison.Ordinal) || Path.Any(char.IsControl))
            at.Refuse("path", "must begin with one slash. Give the path on the engine, such as /run/script.");
        return new SmokeCheck(Path ?? "/", Body, at.Whole("status", Status, 100, 599) ?? 200, Contains);
    }
}
