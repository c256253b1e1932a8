using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Upgrades.Attempts;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>
/// Compares the copy while it follows. Tables that nobody writes to are done with then, so that behind the fence only the
/// others are left; those differ here as a matter of course.
/// </summary>
internal sealed class PreVerifyStep(LongWork work, VerifiedTables verified) : IUpgradeStep
{
    public UpgradeStep Step => UpgradeStep.PreVerify;

    public Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation) => work.LookAsync(
        scene,
        async (_, stop) =>
        {
            var before = await VerifiedTables.CountAsync(scene, stop);
            var (one, other) = await Comparison.RunAsync(scene, known: [], stop);
            if (one.SchemaHash != other.SchemaHash)
                return StepResult.Refused("the definitions of the copy differ from the original's", Comparison.Describe(one, 0));
            var equal = one.Tables.Where(table => other.Tables.TryGetValue(table.Key, out var copy) && copy == table.Value).Select(table => table.Key).ToList();
            await verified.RememberAsync(scene, before, equal, stop);
            return StepResult.Done([.. Comparison.Describe(one, 0), Findings.Number("tables equal already", equal.Count)]);
        },
        cancellation);
}
