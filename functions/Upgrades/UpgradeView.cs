using ControlPlane.Core.Groups;
using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Upgrades;

/// <summary>An upgrade as a resource.</summary>
internal sealed record UpgradeView(
    string Name,
    string Group,
    string Mode,
    UpgradePhase Phase,
    UpgradeStep? Step,
    string? Note,
    double? StepSeconds,
    double? StepSecondsLeft,
    bool IsPaused,
    string? Reason,
    string? Alarm,
    IReadOnlyList<UpgradeStep> Plan,
    IReadOnlyList<StepRecord> Steps,
    Side? From,
    Side? To,
    UpgradeTerms Terms,
    string By,
    string? ApprovedBy,
    DateTimeOffset At,
    DateTimeOffset? EndedAt,
    IReadOnlyList<HoldTime> Holds,
    UpgradeMeasures Measures,
    RollbackCost? RollbackCost,
    string Etag)
{
    /// <param name="row">The upgrade.</param>
    /// <param name="cost">What the way back would cost now; null where it was not asked for.</param>
    /// <param name="deadline">How long the step that it is at may take; null for as long as it takes.</param>
    /// <param name="now">Now.</param>
    public static UpgradeView Show(Row<Upgrade> row, RollbackCost? cost, TimeSpan? deadline, DateTimeOffset now)
    {
        var upgrade = row.Value;
        var current = upgrade.Current;
        var spent = now - current?.Since;
        return new UpgradeView(
            upgrade.Name,
            upgrade.Group,
            upgrade.Terms.IsRehearsal ? $"{upgrade.Terms.Mode} (rehearsal)" : upgrade.Terms.Mode.ToString(),
            upgrade.Phase,
            current?.Step,
            current?.Note,
            spent?.TotalSeconds,
            (deadline - spent + current?.Paused)?.TotalSeconds,
            upgrade.IsPaused,
            upgrade.Reason,
            upgrade.Alarm,
            upgrade.Plan,
            upgrade.Steps,
            upgrade.From,
            upgrade.To,
            upgrade.Terms,
            upgrade.By,
            upgrade.ApprovedBy,
            upgrade.At,
            upgrade.EndedAt,
            upgrade.Holds,
            upgrade.Measures,
            cost,
            ETags.Quote(row.ETag));
    }
}

/// <summary>What a dry run answers.</summary>
/// <param name="Group">The group.</param>
/// <param name="Plan">The steps that would be taken.</param>
/// <param name="Terms">The settings, with every default.</param>
/// <param name="Instances">How many instances the new side would get.</param>
/// <param name="Obstacles">What stands in the way, each with what to do; empty when it could begin.</param>
internal sealed record UpgradePreview(
    string Group, IReadOnlyList<UpgradeStep> Plan, UpgradeTerms Terms, int Instances, IReadOnlyList<string> Obstacles);
