using ControlPlane.Core.Profiles;

namespace ControlPlane.Functions.Tests.Site;

/// <summary>Engine profiles for fake engines.</summary>
internal static class TestProfiles
{
    /// <summary>Checked once, and then only under suspicion: nothing but the test changes its state.</summary>
    public const string Steady = "steady";

    /// <summary>Checked all the time.</summary>
    public const string Lively = "lively";

    /// <summary>Steady, and asked for its load all the time.</summary>
    public const string Reporting = "reporting";

    /// <summary>Reporting, and each report counts for 300 ms only.</summary>
    public const string Forgetful = "forgetful";

    /// <summary>Steady, and its answers may take 200 ms only.</summary>
    public const string Impatient = "impatient";

    /// <summary>Steady, and connecting to it may take 100 ms only.</summary>
    public const string Hasty = "hasty";

    /// <summary>Never found healthy.</summary>
    public const string Joining = "joining";

    /// <summary>Checked all the time, and not given up for many bad checks.</summary>
    public const string Patient = "patient";

    /// <summary>Checked all the time, and given up by a request's failed connection only.</summary>
    public const string Late = "late";

    /// <summary>Steady, and requests whose sql begins with select only read.</summary>
    public const string Readable = "readable";

    /// <summary>Readable, and its engines also start on the schema from before.</summary>
    public const string Previewable = "previewable";

    /// <summary>Previewable, but one of them has to change the schema.</summary>
    public const string PreviewableWithMigrator = "previewable-with-migrator";

    /// <summary>For monitors: instances could be started here, though none can be.</summary>
    public const string Startable = "startable";

    public static IReadOnlyList<EngineProfile> All { get; } =
    [
        new() { Name = "generic" },
        new() { Name = Steady, Health = Checked(TimeSpan.FromHours(1), 100) },
        new() { Name = Lively, Health = Checked(TimeSpan.FromMilliseconds(20), 3) },
        new()
        {
            Name = Reporting,
            Health = Checked(TimeSpan.FromHours(1), 100),
            Load = new LoadReport
            {
                Path = "/instance/resource",
                Interval = TimeSpan.FromMilliseconds(20),
                Timeout = TimeSpan.FromSeconds(5),
                VersionPointer = "/build/version",
            },
        },
        new()
        {
            Name = Forgetful,
            Health = Checked(TimeSpan.FromHours(1), 100),
            Load = new LoadReport { Path = "/instance/resource", Interval = TimeSpan.FromMilliseconds(20), StaleAfter = TimeSpan.FromMilliseconds(300) },
        },
        new()
        {
            Name = Impatient,
            Health = Checked(TimeSpan.FromHours(1), 100),
            Requests = new RequestLimits { ResponseTimeout = TimeSpan.FromMilliseconds(200) },
        },
        new()
        {
            Name = Hasty,
            Health = Checked(TimeSpan.FromHours(1), 100),
            Requests = new RequestLimits { ConnectTimeout = TimeSpan.FromMilliseconds(100) },
        },
        new() { Name = Patient, Health = Checked(TimeSpan.FromMilliseconds(20), 100) },
        new() { Name = Late, Health = Checked(TimeSpan.FromMilliseconds(200), 100) },
        new() { Name = Joining, Health = Checked(TimeSpan.FromHours(1), 100) with { Path = "/not-yet" } },
        ReadableWith(Readable, new Migration()),
        ReadableWith(Previewable, new Migration { CanPreview = true }),
        ReadableWith(PreviewableWithMigrator, new Migration { CanPreview = true, Command = ["migrate"] }),
        new() { Name = Startable, Local = new LocalStart { Command = ["no-such-program"] } },
    ];

    private static EngineProfile ReadableWith(string name, Migration migration) => new()
    {
        Name = name,
        Health = Checked(TimeSpan.FromHours(1), 100),
        Reads = new ReadRules { Methods = ["GET"], Parameter = "sql", Prefixes = ["select"] },
        Migration = migration,
    };

    private static HealthCheck Checked(TimeSpan interval, int fall) => new()
    {
        Path = "/health",
        Interval = interval,
        Timeout = TimeSpan.FromSeconds(5),
        Rise = 3,
        Fall = fall,
    };
}
