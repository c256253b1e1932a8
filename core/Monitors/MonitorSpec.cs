using ControlPlane.Core.Backends;
using ControlPlane.Core.Problems;
using ControlPlane.Core.Scaling.Strategies;

namespace ControlPlane.Core.Monitors;

/// <summary>What a user asks for when adding a monitor, before any check. The first six are the seed's fields.</summary>
public sealed record MonitorSpec
{
    /// <summary>See <see cref="Monitor.Name"/>; required.</summary>
    public string? Name { get; init; }

    /// <summary>See <see cref="Monitor.Tag"/>; required.</summary>
    public string? Tag { get; init; }

    /// <summary>See <see cref="Monitor.Min"/>; required.</summary>
    public int? MinInstances { get; init; }

    /// <summary>See <see cref="Monitor.Max"/>; required.</summary>
    public int? MaxInstances { get; init; }

    /// <summary>See <see cref="Monitor.Provider"/>; required.</summary>
    public string? AllocateType { get; init; }

    /// <summary>See <see cref="Monitor.Strategy"/>; required. With or without <c>Strategy</c> at the end.</summary>
    public string? AllocateStrategy { get; init; }

    /// <summary>See <see cref="Monitor.Profile"/>; <c>sql-engine</c> when left out.</summary>
    public string? Profile { get; init; }

    /// <summary>See <see cref="Monitor.Period"/>, in seconds; 5 when left out.</summary>
    public double? PeriodSeconds { get; init; }

    /// <summary>See <see cref="Monitor.Samples"/>; 6 when left out.</summary>
    public int? Samples { get; init; }

    /// <summary>See <see cref="Monitor.DrainDeadline"/>, in seconds; 300 when left out.</summary>
    public double? DrainDeadlineSeconds { get; init; }

    /// <summary>See <see cref="Monitor.Policy"/>; none when left out.</summary>
    public PolicySpec? Policy { get; init; }

    /// <summary>See <see cref="Monitor.Database"/>; none when left out.</summary>
    public DatabaseSpec? Database { get; init; }

    /// <summary>The profile of a monitor that was added without one.</summary>
    public const string DefaultProfile = "sql-engine";

    /// <summary>Instances are named for the tag: a hyphen and a number follow it, of ten digits at the most.</summary>
    private const int InstanceNumberLength = 11;

    /// <summary>Checks every field and says all that is wrong at once.</summary>
    /// <param name="providers">The names of the providers.</param>
    /// <param name="canStart">Whether a provider can start instances of a profile.</param>
    /// <returns>A monitor that still lacks its id, or the problem.</returns>
    public Result<Monitor> Validate(IReadOnlyCollection<string> providers, Func<string, string, bool> canStart)
    {
        var errors = new List<FieldError>();
        if (ResourceName.Check("name", Name) is { } badName)
            errors.Add(badName);
        if (CheckTag() is { } badTag)
            errors.Add(badTag);
        CheckBounds(errors);

        var provider = AllocateType ?? "";
        if (!providers.Contains(provider))
            errors.Add(new("allocateType", $"{Shown(AllocateType)}. Known: {string.Join(", ", providers)}."));
        else if (!canStart(provider, Profile ?? DefaultProfile))
            errors.Add(new("profile", $"\"{Profile ?? DefaultProfile}\" is not known, or has no section that says how {provider} instances start. GET /v1/profiles lists the profiles."));
        var strategy = AllocateStrategies.Find(AllocateStrategy);
        if (strategy is null)
            errors.Add(new("allocateStrategy", $"{Shown(AllocateStrategy)}. Known: {string.Join(", ", AllocateStrategies.Names)}."));

        var at = new FieldChecks(errors);
        var period = at.Seconds("periodSeconds", PeriodSeconds, 0.2, 3600);
        var samples = at.Whole("samples", Samples, 1, 1000);
        var drainDeadline = at.Seconds("drainDeadlineSeconds", DrainDeadlineSeconds, 0, 86_400);
        var policy = Policy?.Validate(at.In("policy"), MaxInstances);
        var database = Database?.Validate(at.In("database"));

        if (errors.Count > 0)
            return Problem.Invalid(errors);
        return new Monitor
        {
            Id = 0,
            Name = Name!,
            Tag = Tag!.Trim(),
            Min = MinInstances!.Value,
            Max = MaxInstances!.Value,
            Provider = provider,
            Strategy = strategy!.Name,
            Profile = Profile ?? DefaultProfile,
            Period = period ?? Monitor.DefaultPeriod,
            Samples = samples ?? Monitor.DefaultSamples,
            DrainDeadline = drainDeadline ?? Monitor.DefaultDrainDeadline,
            Policy = policy,
            Database = database,
        };
    }

    private FieldError? CheckTag()
    {
        if (string.IsNullOrWhiteSpace(Tag))
            return new("tag", "is missing. Give the tag of the group, such as group1.");
        if (Tag.Contains(','))
            return new("tag", "names several tags. A monitor watches one; add a monitor for each.");
        return TagSet.Parse("tag", Tag).Problem?.Errors[0] ?? ResourceName.Check("tag", Tag.Trim(), reserved: InstanceNumberLength);
    }

    private void CheckBounds(List<FieldError> errors)
    {
        if (MinInstances is null)
            errors.Add(new("minInstances", "is missing. Give a whole number from 0."));
        else if (MinInstances < 0)
            errors.Add(new("minInstances", $"is {MinInstances}. Give a whole number from 0."));
        if (MaxInstances is null)
            errors.Add(new("maxInstances", "is missing. Give a whole number from 1 to 1000."));
        else if (MaxInstances is < 1 or > 1000)
            errors.Add(new("maxInstances", $"is {MaxInstances}. Give a whole number from 1 to 1000."));
        else if (MinInstances > MaxInstances)
            errors.Add(new("minInstances", $"is {MinInstances}, more than maxInstances, which is {MaxInstances}. Lower it or raise the other."));
    }

    private static string Shown(string? value) => string.IsNullOrEmpty(value) ? "is missing" : $"\"{value}\" is not known";
}
