using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Upgrades.Attempts;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>Compares the copy with its original while nobody can write to either. One difference, and the upgrade returns.</summary>
internal sealed class VerifyStep(LongWork work, VerifiedTables verified) : IUpgradeStep
{
    public UpgradeStep Step => UpgradeStep.Verify;

    public Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation) => work.LookAsync(
        scene,
        async (_, stop) =>
        {
            var known = await verified.StillEqualAsync(scene, stop);
            var (one, other) = await Comparison.RunAsync(scene, known, stop);
            var differences = one.DifferencesTo(other);
            var findings = Comparison.Describe(one, known.Count);
            return differences.Count == 0
                ? StepResult.Done(findings)
                : StepResult.Refused($"the copy differs from the original: {string.Join("; ", differences)}", findings);
        },
        cancellation);
}
