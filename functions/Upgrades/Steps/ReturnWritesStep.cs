using ControlPlane.Core.Databases;
using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>Brings what the new side has written to the old one's database, when that follows; what it costs otherwise was accepted.</summary>
internal sealed class ReturnWritesStep(TimeProvider time) : IUpgradeStep
{
    private const string TakenAlong = "taken along";
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public UpgradeStep Step => UpgradeStep.ReturnWrites;

    public async Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation)
    {
        if (scene.Upgrade.FindHere(TakenAlong) is null)
        {
            var isFollowed = await TryCatchUpAsync(scene, cancellation);
            if (isFollowed is null)
                return StepResult.Failed("the old side's database does not come to the end of what the new one has written");
            var cost = await WayBack.MeasureAsync(scene, cancellation);
            var lost = isFollowed.Value ? 0 : cost.Writes;
            Finding[] findings = [Findings.Number("writes taken", cost.Writes), Findings.Number("writes lost", lost), new(TakenAlong, isFollowed.Value ? "yes" : "no")];
            if (lost > scene.Upgrade.AcceptedLoss)
                return StepResult.Refused($"it would lose {lost} writes, and {scene.Upgrade.AcceptedLoss} were accepted", findings);
            // Stored before the two part: from then on nobody could tell that the one has followed to the end.
            return isFollowed.Value ? StepResult.Waiting("takes the counters along", TimeSpan.Zero, findings) : StepResult.Done(findings);
        }

        await WayBack.PartAsync(scene, cancellation);
        return StepResult.Done();
    }

    /// <summary>Null while it may yet come to the end; false when it does not follow, or has had its time.</summary>
    private async Task<bool?> TryCatchUpAsync(Scene scene, CancellationToken cancellation)
    {
        try
        {
            return await WayBack.TryCatchUpAsync(scene, Patience, cancellation);
        }
        catch (DatabaseFailedException) when (time.GetUtcNow() - scene.Upgrade.Current!.Since < GiveUpAfter)
        {
            return null;
        }
        catch (DatabaseFailedException)
        {
            return false;
        }
    }
}
