using ControlPlane.Core.Databases;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Orchestrations;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Upgrades;
using ControlPlane.Functions.Upgrades.Attempts;

namespace ControlPlane.Functions.Activities;

/// <summary>
/// One attempt at the step that an upgrade is at. What has to happen first (an order to return, a deadline) is stored
/// before anything is done; what came of the attempt is stored with the beginning of the next step.
/// </summary>
internal sealed partial class AdvanceUpgrade(
    Registry<Upgrade> upgrades, Scenes scenes, UpgradeSteps steps, UpgradeTurns turns, ILogger<AdvanceUpgrade> log)
{
    private static readonly TimeSpan PauseWhenPaused = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PauseForAnother = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    private readonly ILogger<AdvanceUpgrade> _log = log;

    public async Task<UpgradeTurn> RunAsync(UpgradeInput input, CancellationToken cancellation)
    {
        // An orchestration that was ended and started again may still have an attempt under way here.
        await using var turn = await turns.TakeAsync(input.Name, cancellation);
        if (turn is null)
            return new UpgradeTurn(PauseForAnother, IsOver: false);
        if ((await upgrades.FindAsync(input.Name, cancellation))?.Value is not { } found)
            return new UpgradeTurn(TimeSpan.Zero, IsOver: true);
        if (await scenes.FindMigrationDeadlineAsync(found, cancellation) is not { } migration)
            return await AbandonAsync(found, cancellation);

        var upgrade = await ChangeAsync(input.Name, row => UpgradeMoves.Consider(row, migration, turns.Now), cancellation);
        if (upgrade.IsOver)
            return new UpgradeTurn(TimeSpan.Zero, IsOver: true);
        if (upgrade.Phase == UpgradePhase.Returning)
            await steps.StopLongWorkAsync(upgrade);
        // What is under way may end, but nothing is begun.
        if (upgrade is { IsPaused: true, Phase: UpgradePhase.Running } && !steps.HasLongWork(upgrade))
            return new UpgradeTurn(PauseWhenPaused, IsOver: false);

        var step = upgrade.Current!.Step;
        var scene = await scenes.OpenAsync(upgrade, cancellation);
        var result = await AttemptAsync(scene, step, turn.Lost, cancellation);
        if (turn.Lost.IsCancellationRequested)
            return new UpgradeTurn(PauseForAnother, IsOver: false);
        var after = await ChangeAsync(
            input.Name,
            row => row.StepNumber == upgrade.StepNumber ? UpgradeMoves.After(scene.Apply(row), step, result, turns.Now) : row,
            cancellation);
        if (after.Current?.Step != step || after.IsOver)
            LogStep(input.Name, step, result.Outcome, after.Phase, after.Current?.Step);
        return new UpgradeTurn(PauseOf(after, step, result), after.IsOver);
    }

    private async Task<StepResult> AttemptAsync(Scene scene, UpgradeStep step, CancellationToken lost, CancellationToken cancellation)
    {
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(cancellation, lost);
        var watching = turns.CutShortAsync(scene.Upgrade, cut);
        try
        {
            return await steps.Find(step).RunAsync(scene, cut.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return StepResult.Failed("it was cut short");
        }
        catch (Exception failure) when (failure is DatabaseFailedException or HostUnreachableException && !cancellation.IsCancellationRequested)
        {
            LogRefused(scene.Upgrade.Name, step, failure.Message);
            return StepResult.Failed(failure.Message);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            LogFailed(scene.Upgrade.Name, step, failure);
            return StepResult.Failed(failure.Message);
        }
        finally
        {
            await cut.CancelAsync();
            await watching;
        }
    }

    private static TimeSpan PauseOf(Upgrade after, UpgradeStep step, StepResult result)
    {
        if (result.Outcome != StepOutcome.Failed || after.Current?.Step != step)
            return after.Current?.Step == step ? result.Pause : TimeSpan.Zero;
        var wait = FirstRetry * Math.Pow(2, Math.Min(after.Current.Failures - 1, 8));
        return wait < LongestRetry ? wait : LongestRetry;
    }

    /// <summary>Its monitor is gone, and its group with it: nothing is left to bring into order.</summary>
    private async Task<UpgradeTurn> AbandonAsync(Upgrade upgrade, CancellationToken cancellation)
    {
        await steps.StopAllLongWorkAsync(upgrade);
        await ChangeAsync(
            upgrade.Name,
            row => row.IsOver ? row : row with { Phase = UpgradePhase.Returned, Reason = $"the monitor {row.Monitor} is gone", EndedAt = turns.Now },
            cancellation);
        return new UpgradeTurn(TimeSpan.Zero, IsOver: true);
    }

    private async Task<Upgrade> ChangeAsync(string name, Func<Upgrade, Upgrade> change, CancellationToken cancellation)
    {
        var changed = await upgrades.ChangeAsync(name, null, row => change(row), cancellation);
        return changed.Is(out var row, out var problem) ? row.Value : throw new InvalidOperationException(problem.Detail);
    }

    [LoggerMessage(1801, LogLevel.Information, "{Upgrade}: {Step} {Outcome}; {Phase}, next {Next}")]
    private partial void LogStep(string upgrade, UpgradeStep step, StepOutcome outcome, UpgradePhase phase, UpgradeStep? next);

    [LoggerMessage(1802, LogLevel.Warning, "{Upgrade}: {Step} failed and is tried again: {Reason}")]
    private partial void LogRefused(string upgrade, UpgradeStep step, string reason);

    [LoggerMessage(1803, LogLevel.Warning, "{Upgrade}: {Step} failed and is tried again")]
    private partial void LogFailed(string upgrade, UpgradeStep step, Exception failure);
}
