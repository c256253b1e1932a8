using System.Globalization;
using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>
/// Watches the new side for a time, with the old one ready. When it fares worse, it goes back by itself if that loses
/// nothing; otherwise somebody has to decide, and the upgrade says so.
/// </summary>
internal sealed class BakeStep(Traffic traffic, TimeProvider time) : IUpgradeStep
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public UpgradeStep Step => UpgradeStep.Bake;

    public async Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation)
    {
        var cost = await WayBack.MeasureAsync(scene, cancellation);
        var verdict = await traffic.JudgeAsync(scene, cancellation);
        Finding[] findings =
        [
            .. verdict.Findings,
            Findings.Number("writes taken", cost.Writes),
            new("the way back", $"loses {cost.LostInWords}: {cost.Reason}"),
        ];
        if (verdict.Fault is { } fault)
        {
            if (cost.IsLossless && !scene.Upgrade.HasBegun(UpgradeStep.Refence))
                return StepResult.Refused(fault, findings);
            // One that was tried and not taken would shut the group again and again.
            var why = cost.IsLossless ? "was tried and not taken" : $"would lose {cost.LostInWords}";
            var alarm = $"{fault}. The way back {why}, so it is not taken by itself. Decide with :rollback or :finish.";
            scene.Note(upgrade => upgrade with { Alarm = alarm });
            return StepResult.Waiting(alarm, Pause, findings);
        }

        scene.Note(upgrade => upgrade with { Alarm = null });
        var left = scene.Terms.Bake - (time.GetUtcNow() - scene.Upgrade.Current!.Since);
        return left <= TimeSpan.Zero
            ? StepResult.Done(findings)
            : StepResult.Waiting(string.Create(CultureInfo.InvariantCulture, $"{left.TotalSeconds:0} s left"), left < Pause ? left : Pause, findings);
    }
}
