using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>Brings what the new side has written to the old one's database, when that follows; what it costs otherwise was accepted.</summary>
internal sealed class ReturnWritesStep : IUpgradeStep
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public UpgradeStep Step => UpgradeStep.ReturnWrites;

    public async Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation)
    {
        var cost = await WayBack.MeasureAsync(scene, cancellation);
        var areTaken = cost.IsLossless && await WayBack.TakeAlongAsync(scene, Patience, cancellation);
        return StepResult.Done(
            Findings.Number("writes taken", cost.Writes),
            Findings.Number("writes lost", areTaken ? 0 : cost.Lost),
            new Finding("taken along", areTaken ? "yes" : "no"));
    }
}
