using ControlPlane.Core.Problems;

namespace ControlPlane.Core.Upgrades;

/// <summary>How an upgrade goes from one stored state to the next. Pure: whoever stores the result is the one who moved it.</summary>
public static class UpgradeMoves
{
    /// <summary>How long a step may take before it counts as failed; null for as long as it takes, as on the way back.</summary>
    public static TimeSpan? DeadlineOf(Upgrade upgrade, UpgradeStep step, TimeSpan migration)
    {
        ArgumentNullException.ThrowIfNull(upgrade);
        if (upgrade.Phase == UpgradePhase.Returning)
            return null;
        var terms = upgrade.Terms;
        return step switch
        {
            UpgradeStep.Preflight => TimeSpan.FromMinutes(1),
            UpgradeStep.BackUp or UpgradeStep.Copy or UpgradeStep.Follow or UpgradeStep.Preview or UpgradeStep.PreVerify => TimeSpan.FromHours(2),
            UpgradeStep.LagGate => TimeSpan.FromMinutes(10),
            UpgradeStep.Approve => TimeSpan.FromDays(1),
            // For the routers it waits before it shuts the gate, and for the requests behind it.
            UpgradeStep.Fence => TimeSpan.FromMinutes(2) + terms.Quiesce,
            UpgradeStep.Migrate => migration,
            UpgradeStep.SoftOpen => terms.Soak + TimeSpan.FromMinutes(1),
            UpgradeStep.Bake or UpgradeStep.Finish or UpgradeStep.OpenWrites or UpgradeStep.Discard => null,
            UpgradeStep.Roll => TimeSpan.FromHours(6),
            _ => TimeSpan.FromMinutes(5),
        };
    }

    /// <summary>
    /// What has to happen before the next attempt at a step: an order to return, a deadline that has passed, a pause that
    /// has grown too long. The upgrade itself when nothing has to.
    /// </summary>
    /// <param name="upgrade">The upgrade.</param>
    /// <param name="migration">How long the migration of its profile may take.</param>
    /// <param name="now">Now.</param>
    public static Upgrade Consider(Upgrade upgrade, TimeSpan migration, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(upgrade);
        if (upgrade.IsOver)
            return upgrade;
        if (upgrade.Steps.Count == 0)
            return Begin(upgrade, upgrade.Plan[0], now);
        if (upgrade.Phase == UpgradePhase.Returning)
            return upgrade;
        if (upgrade.Return is { } order)
            return TurnBack(upgrade, $"{order.By} asked for it: {order.Reason}", now) with { AcceptedLoss = order.AcceptLostWrites };

        // Once writes may have been let through, going back may lose some: no clock decides that. Nor does one run during a pause.
        if (upgrade.IsPaused || upgrade.MayHaveOpened)
            return upgrade;
        if (upgrade.IsHolding && now - upgrade.Holds[^1].Since > upgrade.Terms.MaxPause)
            return TurnBack(upgrade, $"writes were held for longer than {upgrade.Terms.MaxPause.TotalSeconds:0} s{NoteOf(upgrade.Current)}", now);
        if (upgrade.Current is { } step && DeadlineOf(upgrade, step.Step, migration) is { } deadline && now - step.Since - step.Paused > deadline)
            return TurnBack(upgrade, $"{step.Step} took longer than {deadline.TotalSeconds:0} s{NoteOf(step)}", now);
        return upgrade;
    }

    /// <summary>What an attempt at a step leads to. An attempt at another step than the one that it is at changes nothing.</summary>
    /// <param name="upgrade">The upgrade.</param>
    /// <param name="step">The step that was attempted.</param>
    /// <param name="result">What came of it.</param>
    /// <param name="now">Now.</param>
    public static Upgrade After(Upgrade upgrade, UpgradeStep step, StepResult result, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(upgrade);
        ArgumentNullException.ThrowIfNull(result);
        if (upgrade.Current is not { } current || current.Step != step)
            return upgrade;
        var record = current with
        {
            Note = result.Note,
            Findings = result.Findings.Count > 0 ? result.Findings : current.Findings,
            Failures = current.Failures + (result.Outcome == StepOutcome.Failed ? 1 : 0),
        };
        return result.Outcome switch
        {
            StepOutcome.Done => Next(Put(upgrade, record with { Until = now, Note = null }), step, now),
            StepOutcome.Refused when upgrade.Phase == UpgradePhase.Running && step == UpgradeStep.Preflight =>
                End(Put(upgrade, record with { Until = now }), UpgradePhase.Refused, now) with { Reason = result.Note },
            StepOutcome.Refused when step is UpgradeStep.Refence or UpgradeStep.ReturnWrites => TurnForward(Put(upgrade, record), result.Note!, now),
            StepOutcome.Refused when upgrade.Phase == UpgradePhase.Running => TurnBack(Put(upgrade, record), $"{step}: {result.Note}", now),
            _ => Put(upgrade, record),
        };
    }

    /// <summary>Gives the word to hold writes and go on.</summary>
    public static Result<Upgrade> Approve(Upgrade upgrade, string by)
    {
        ArgumentNullException.ThrowIfNull(upgrade);
        if (upgrade.Phase != UpgradePhase.Running || upgrade.HasDone(UpgradeStep.Approve))
            return Wrong(upgrade, "waits for nobody's word");
        return upgrade with { ApprovedBy = by };
    }

    /// <summary>Lets it wait where it is. Not while writes are held: whoever pauses then would hold them for ever.</summary>
    /// <param name="upgrade">The upgrade.</param>
    /// <param name="now">Now.</param>
    public static Result<Upgrade> Pause(Upgrade upgrade, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(upgrade);
        if (upgrade.IsOver || upgrade.Phase == UpgradePhase.Returning)
            return Wrong(upgrade, "cannot be paused");
        if (upgrade.MayHoldSince is not null)
            return Wrong(upgrade, "holds writes now, or is about to, and would hold them for as long as it is paused. Abort it instead, or wait");
        return upgrade with { PausedAt = upgrade.PausedAt ?? now };
    }

    /// <summary>Lets it go on. The pause does not count against the deadline of the step that it is at.</summary>
    /// <param name="upgrade">The upgrade.</param>
    /// <param name="now">Now.</param>
    public static Result<Upgrade> Resume(Upgrade upgrade, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(upgrade);
        if (upgrade.IsOver || upgrade.Phase == UpgradePhase.Returning)
            return Wrong(upgrade, "is not paused");
        if (upgrade.PausedAt is not { } since)
            return upgrade;
        var resumed = upgrade with { PausedAt = null };
        return upgrade.Current is not { } step ? resumed : Put(resumed, step with { Paused = step.Paused + (now - (since > step.Since ? since : step.Since)) });
    }

    /// <summary>Orders it to return. Asked again, it says the same.</summary>
    /// <param name="upgrade">The upgrade.</param>
    /// <param name="order">Who and why.</param>
    public static Result<Upgrade> Return(Upgrade upgrade, ReturnOrder order)
    {
        ArgumentNullException.ThrowIfNull(upgrade);
        if (upgrade.Phase == UpgradePhase.Returning || upgrade.Return is not null)
            return upgrade;
        if (upgrade.IsOver || upgrade.HasBegun(UpgradeStep.Finish))
            return Wrong(upgrade, "has come to its last step, from which there is no way back");
        return upgrade with { Return = order, PausedAt = null };
    }

    /// <summary>Ends the time for which the old side is kept ready.</summary>
    /// <param name="upgrade">The upgrade.</param>
    /// <param name="now">Now.</param>
    public static Result<Upgrade> FinishNow(Upgrade upgrade, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(upgrade);
        return upgrade is { Phase: UpgradePhase.Running, Current: { Step: UpgradeStep.Bake } bake }
            ? Next(Put(upgrade, bake with { Until = now, Note = null }) with { Alarm = null, PausedAt = null }, UpgradeStep.Bake, now)
            : Wrong(upgrade, "does not wait for its last step");
    }

    private static Upgrade Next(Upgrade upgrade, UpgradeStep done, DateTimeOffset now)
    {
        var at = upgrade.Plan.ToList().IndexOf(done);
        if (at + 1 < upgrade.Plan.Count)
            return Begin(upgrade, upgrade.Plan[at + 1], now);
        return End(upgrade, upgrade.Phase == UpgradePhase.Returning ? UpgradePhase.Returned : UpgradePhase.Succeeded, now);
    }

    private static Upgrade TurnBack(Upgrade upgrade, string reason, DateTimeOffset now)
    {
        var back = UpgradePlan.Back(upgrade);
        var stopped = upgrade.Current is { } current ? Put(upgrade, current with { Until = now }) : upgrade;
        var returning = stopped with { Phase = UpgradePhase.Returning, Plan = back, Reason = reason, PausedAt = null, Return = null, AcceptedLoss = 0 };
        return Begin(returning, back[0], now);
    }

    /// <summary>
    /// The way back cannot be taken, or would lose more than was accepted, and nothing has changed sides yet: the new side's
    /// writes are let through again, and somebody has to decide.
    /// </summary>
    private static Upgrade TurnForward(Upgrade upgrade, string reason, DateTimeOffset now)
    {
        var stopped = upgrade.Current is { } current ? Put(upgrade, current with { Until = now }) : upgrade;
        var onward = UpgradePlan.Onward(upgrade);
        var running = stopped with { Phase = UpgradePhase.Running, Plan = onward, Reason = $"the way back was not taken: {reason}" };
        return Begin(running, onward[0], now);
    }

    private static string NoteOf(StepRecord? step) => step?.Note is { } note ? $": {note}" : "";

    private static Upgrade Begin(Upgrade upgrade, UpgradeStep step, DateTimeOffset now) =>
        upgrade with { Steps = [.. upgrade.Steps, new StepRecord { Step = step, Since = now }] };

    private static Upgrade End(Upgrade upgrade, UpgradePhase phase, DateTimeOffset now) => upgrade with { Phase = phase, EndedAt = now, Return = null };

    private static Upgrade Put(Upgrade upgrade, StepRecord record) => upgrade with { Steps = [.. upgrade.Steps.SkipLast(1), record] };

    private static Problem Wrong(Upgrade upgrade, string what) =>
        new(ProblemCodes.UpgradeStateWrong, $"The upgrade \"{upgrade.Name}\" {what}. It is {upgrade.Phase}{(upgrade.Current is { } step ? $" at {step.Step}" : "")}.");
}
