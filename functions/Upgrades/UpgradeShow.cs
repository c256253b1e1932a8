using ControlPlane.Core.Databases;
using ControlPlane.Core.Problems;
using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Upgrades;

/// <summary>How upgrades look from outside, with what has to be measured for that.</summary>
internal sealed class UpgradeShow(Scenes scenes, TimeProvider time)
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>Without what takes a look into the database.</summary>
    public async Task<UpgradeView> BrieflyAsync(Row<Upgrade> row, CancellationToken cancellation) =>
        UpgradeView.Show(row, null, await DeadlineAsync(row.Value, cancellation), time.GetUtcNow());

    /// <summary>With what the way back would cost; without that where the database cannot be asked.</summary>
    public async Task<UpgradeView> WhollyAsync(Row<Upgrade> row, CancellationToken cancellation)
    {
        var cost = default(RollbackCost);
        if (row.Value.Phase == UpgradePhase.Running)
            (await CostAsync(row.Value, cancellation)).Is(out cost, out _);
        return UpgradeView.Show(row, cost, await DeadlineAsync(row.Value, cancellation), time.GetUtcNow());
    }

    /// <summary>What answers a change of it.</summary>
    public async Task<Reply> AcceptedAsync(Row<Upgrade> row, CancellationToken cancellation) => Reply.Json(
        await WhollyAsync(row, cancellation),
        ControlPlaneJson.Default.UpgradeView,
        StatusCodes.Status202Accepted,
        location: $"/v1/upgrades/{Uri.EscapeDataString(row.Value.Name)}");

    /// <summary>What the way back would cost now, or why that cannot be told.</summary>
    public async Task<Result<RollbackCost>> CostAsync(Upgrade upgrade, CancellationToken cancellation)
    {
        if (upgrade.Phase != UpgradePhase.Running)
            return RollbackCost.Nothing;
        try
        {
            return await WayBack.MeasureAsync(await scenes.OpenAsync(upgrade, cancellation), cancellation);
        }
        catch (DatabaseFailedException failure)
        {
            return new Problem(ProblemCodes.DatabaseUnavailable, $"What the way back costs cannot be told: {failure.Message}") { RetryAfter = RetryAfter };
        }
    }

    private async Task<TimeSpan?> DeadlineAsync(Upgrade upgrade, CancellationToken cancellation) =>
        upgrade.Current is { } current && await scenes.FindMigrationDeadlineAsync(upgrade, cancellation) is { } migration
            ? UpgradeMoves.DeadlineOf(upgrade, current.Step, migration)
            : null;
}
