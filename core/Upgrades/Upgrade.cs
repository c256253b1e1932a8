using System.Globalization;
using System.Text.Json.Serialization;
using ControlPlane.Core.Databases;
using ControlPlane.Core.Groups;

namespace ControlPlane.Core.Upgrades;

/// <summary>One change of a group's version and database. All that is known of it is in this row, so that any process can go on with it.</summary>
public sealed record Upgrade
{
    /// <summary>The registry's number for it.</summary>
    public int Id { get; init; }

    /// <summary>The name; unique.</summary>
    public required string Name { get; init; }

    /// <summary>The group's tag.</summary>
    public required string Group { get; init; }

    /// <summary>The group's monitor.</summary>
    public required string Monitor { get; init; }

    /// <summary>What was asked for.</summary>
    public required UpgradeTerms Terms { get; init; }

    /// <summary>Who asked.</summary>
    public required string By { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Where it is as a whole.</summary>
    public UpgradePhase Phase { get; init; }

    /// <summary>The steps of the way that it is on.</summary>
    public required IReadOnlyList<UpgradeStep> Plan { get; init => field = value ?? []; }

    /// <summary>All steps that were begun, in order; the last is the one that it is at.</summary>
    public IReadOnlyList<StepRecord> Steps { get; init => field = value ?? []; } = [];

    /// <summary>The side that served when it began; null before the lease was taken.</summary>
    public Side? From { get; init; }

    /// <summary>The side that it makes; null before the lease was taken.</summary>
    public Side? To { get; init; }

    /// <summary>The colour of <see cref="To"/>.</summary>
    public Colour ToColour { get; init; } = Colour.Green;

    /// <summary>How many instances the new side gets.</summary>
    public int Instances { get; init; }

    /// <summary>Since when it waits where it is until somebody lets it go on; null when it does not.</summary>
    public DateTimeOffset? PausedAt { get; init; }

    /// <summary>Whether it waits where it is until somebody lets it go on.</summary>
    [JsonIgnore]
    public bool IsPaused => PausedAt is not null;

    /// <summary>Who gave the word to go on behind <see cref="UpgradeStep.Approve"/>; null while nobody did.</summary>
    public string? ApprovedBy { get; init; }

    /// <summary>Why it returns, was refused, or did not return although it was to; null when there is nothing to say.</summary>
    public string? Reason { get; init; }

    /// <summary>Somebody's order to return, that the next look carries out; null when there is none.</summary>
    public ReturnOrder? Return { get; init; }

    /// <summary>Whether the new side has a database of its own, copied from the old one's.</summary>
    public bool IsCopied { get; init; }

    /// <summary>Whether a side can be shut out of its database only once its instances are stopped, as when that is a file.</summary>
    public bool StopsEngines { get; init; }

    /// <summary>The most writes that may be lost on the way back that it is on.</summary>
    public long AcceptedLoss { get; init; }

    /// <summary>The count of writes in the new side's database when these were let through; null before, and when nobody counts them.</summary>
    public WriteMark? WritesBefore { get; init; }

    /// <summary>What was measured.</summary>
    public UpgradeMeasures Measures { get; init => field = value ?? new(); } = new();

    /// <summary>What stands against going on by itself, and waits for somebody's decision; null when nothing does.</summary>
    public string? Alarm { get; init; }

    /// <summary>When it ended; null while it goes on.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Whether nothing will happen any more.</summary>
    [JsonIgnore]
    public bool IsOver => Phase is UpgradePhase.Succeeded or UpgradePhase.Returned or UpgradePhase.Refused;

    /// <summary>The step that it is at; null before the first and after the last.</summary>
    [JsonIgnore]
    public StepRecord? Current => Steps.Count > 0 && Steps[^1].Until is null ? Steps[^1] : null;

    /// <summary>
    /// The number of the step that it is at; it only grows, also on the way back. What an attempt at an earlier step still
    /// does to the group is refused: it may have been held up in another process.
    /// </summary>
    [JsonIgnore]
    public int StepNumber => Steps.Count;

    /// <summary>When the group was leased to it, or a little later; null before.</summary>
    [JsonIgnore]
    public DateTimeOffset? LeasedAt => Steps.FirstOrDefault(record => record.Step == UpgradeStep.Preflight)?.Until;

    /// <summary>Whether a step was ever begun.</summary>
    public bool HasBegun(UpgradeStep step) => Steps.Any(record => record.Step == step);

    /// <summary>Whether a step was ended.</summary>
    public bool HasDone(UpgradeStep step) => Steps.Any(record => record.Step == step && record.Until is not null);

    /// <summary>What a step found; null when it did not.</summary>
    public string? Find(UpgradeStep step, string what) =>
        Steps.Where(record => record.Step == step).SelectMany(record => record.Findings).LastOrDefault(finding => finding.What == what)?.Value;

    /// <summary>What the step that it is at has found in this attempt at it; null when it has not.</summary>
    public string? FindHere(string what) => Current?.Findings.FirstOrDefault(finding => finding.What == what)?.Value;

    /// <summary>The times for which writes were held.</summary>
    [JsonIgnore]
    public IReadOnlyList<HoldTime> Holds
    {
        get
        {
            var holds = new List<HoldTime>();
            foreach (var step in Steps)
            {
                if (step.Step is UpgradeStep.Fence or UpgradeStep.Refence && ShutAt(step) is { } since && (holds.Count == 0 || holds[^1].Until is not null))
                    holds.Add(new HoldTime(since, null));
                else if (step is { Step: UpgradeStep.OpenWrites or UpgradeStep.Reopen, Until: { } until } && holds.Count > 0)
                    holds[^1] = holds[^1] with { Until = until };
            }

            return holds;
        }
    }

    /// <summary>The finding of <see cref="UpgradeStep.Fence"/> and <see cref="UpgradeStep.Refence"/> that says when the gate was shut.</summary>
    public const string GateShut = "gate shut at";

    /// <summary>When a step shut the gate; null when it has not stored that it did.</summary>
    public static DateTimeOffset? ShutAt(StepRecord? step) =>
        step?.Findings.FirstOrDefault(finding => finding.What == GateShut) is { } shut ? DateTimeOffset.Parse(shut.Value, CultureInfo.InvariantCulture) : null;

    /// <summary>The finding of <see cref="UpgradeStep.OpenWrites"/> that is stored before the first write is let through.</summary>
    public const string BeforeOpening = "old side follows";

    /// <summary>Whether the new side may have taken a write: from then on the way back may lose some.</summary>
    [JsonIgnore]
    public bool MayHaveOpened => HasDone(UpgradeStep.OpenWrites) || Find(UpgradeStep.OpenWrites, BeforeOpening) is not null;

    /// <summary>Whether writes are held on its account now.</summary>
    [JsonIgnore]
    public bool IsHolding => !IsOver && Holds is [.., { Until: null }];

    /// <summary>Since when writes may be held on its account; null when they are not. A gate is shut a moment before that is stored.</summary>
    [JsonIgnore]
    public DateTimeOffset? MayHoldSince
    {
        get
        {
            DateTimeOffset? since = null;
            foreach (var step in Steps)
            {
                if (step.Step is UpgradeStep.Fence or UpgradeStep.Refence)
                    since ??= ShutAt(step) ?? step.Since;
                else if (step is { Step: UpgradeStep.OpenWrites or UpgradeStep.Reopen, Until: not null })
                    since = null;
            }

            return IsOver ? null : since;
        }
    }
}

/// <summary>Somebody's order to return to the old version.</summary>
/// <param name="By">Who.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="AcceptLostWrites">The most writes of the new side that may be lost; more, and the order is not carried out.</param>
public sealed record ReturnOrder(string By, string Reason, long AcceptLostWrites = 0);

/// <summary>A time for which writes were held.</summary>
/// <param name="Since">When it began.</param>
/// <param name="Until">When they were let through; null while they are held.</param>
public sealed record HoldTime(DateTimeOffset Since, DateTimeOffset? Until)
{
    /// <summary>How long; null while they are held.</summary>
    public double? Seconds => (Until - Since)?.TotalSeconds;
}
