using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>Brings what the new side has written to the old one's database, when that follows; what it costs otherwise was accepted.</summary>
internal sealed class ReturnWritesStep : IUpgradeStep
{
    private const string TakenAlong = "taken along";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public UpgradeStep Step => UpgradeStep.ReturnWrites;

    public async Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation)
    {
        if (scene.Upgrade.Find(Step, TakenAlong) is null)
        {
            var cost = await WayBack.MeasureAsync(scene, cancellation);
            var areTaken = await WayBack.TryCatchUpAsync(scene, Patience, cancellation);
            Finding[] findings =
            [
                Findings.Number("writes taken", cost.Writes),
                Findings.Number("writes lost", areTaken ? 0 : cost.Writes),
                new(TakenAlong, areTaken ? "yes" : "no"),
            ];
            // Stored before the two part: from then on nobody could tell that the one has followed to the end.
            return areTaken ? StepResult.Waiting("takes the counters along", TimeSpan.Zero, findings) : StepResult.Done(findings);
        }

        await WayBack.PartAsync(scene, cancellation);
        return StepResult.Done();
    }
}
