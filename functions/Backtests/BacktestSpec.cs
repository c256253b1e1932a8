using System.Text.Json;

namespace ControlPlane.Functions.Backtests;

/// <summary>What a caller wants played. What is left out comes from the group.</summary>
internal sealed record BacktestSpec
{
    /// <summary>Members of the monitor that shall be others, merged over it (RFC 7396); without it only the policy as it is is played.</summary>
    public JsonElement? Monitor { get; init; }

    /// <summary>The load; the last 24 h of the group when left out.</summary>
    public LoadSpec? Load { get; init; }

    /// <summary>From order to ready; what half of the group's boots took at most, or 60.</summary>
    public double? BootSeconds { get; init; }

    /// <summary>How long an instance without jobs is still paid for once it was told to leave; 60.</summary>
    public double? TeardownSeconds { get; init; }

    /// <summary>A job that waits longer is late; the target of the policy's queue wait, or 300.</summary>
    public double? SloSeconds { get; init; }

    /// <summary>Jobs that an instance runs at once; what the group's backends run in the mean, or the profile's.</summary>
    public int? SlotsPerInstance { get; init; }

    /// <summary>Instances that serve at the beginning; those that did, or the minimum.</summary>
    public int? StartWith { get; init; }

    /// <summary>The length of a step; the shorter of the two periods, from 1 to 60.</summary>
    public double? StepSeconds { get; init; }

    /// <summary>How many actions to give with their reasons; 20.</summary>
    public int? Actions { get; init; }
}

/// <summary>A load: recorded, as jobs, or as CSV.</summary>
internal sealed record LoadSpec
{
    /// <summary>A span of the group's own decisions.</summary>
    public RecordedSpec? Recorded { get; init; }

    /// <summary>Rows of seconds from the start, number of jobs, and seconds that each takes.</summary>
    public IReadOnlyList<IReadOnlyList<double>>? Jobs { get; init; }

    /// <summary>The same as lines, below a line of names: <c>seconds</c> or <c>time</c>, <c>count</c>, and <c>secondsEach</c> unless it is given beside.</summary>
    public string? Csv { get; init; }

    /// <summary>Seconds that a job takes where a row does not say it; of a record, where ended jobs were not counted.</summary>
    public double? SecondsEach { get; init; }

    /// <summary>The jobs of a row come spread evenly over so many seconds from its time on; 0, all at once.</summary>
    public double? SpreadSeconds { get; init; }

    /// <summary>The moment of second 0, for schedules; the first time of the CSV, or Monday 2026-01-05 00:00 UTC.</summary>
    public string? StartsAt { get; init; }
}

/// <summary>A span of decisions.</summary>
internal sealed record RecordedSpec
{
    /// <summary>Its beginning; 24 h before its end.</summary>
    public string? From { get; init; }

    /// <summary>Its end; now.</summary>
    public string? To { get; init; }
}
