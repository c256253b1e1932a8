using ControlPlane.Core.Databases;
using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Upgrades;

/// <summary>How upgrades look from outside, with what has to be measured for that.</summary>
internal sealed class UpgradeShow(Scenes scenes, TimeProvider time)
{
    /// <summary>Without what takes a look into the database.</summary>
    public async Task<UpgradeView> BrieflyAsync(Row<Upgrade> row, CancellationToken cancellation) =>
        UpgradeView.Show(row, null, await DeadlineAsync(row.Value, cancellation), time.GetUtcNow());

    public async Task<UpgradeView> WhollyAsync(Row<Upgrade> row, CancellationToken cancellation)
    {
        var cost = row.Value.IsOver ? null : await CostOrUnknownAsync(row.Value, cancellation);
        return UpgradeView.Show(row, cost, await DeadlineAsync(row.Value, cancellation), time.GetUtcNow());
    }

    /// <summary>What the way back would cost now.</summary>
    /// <exception cref="DatabaseFailedException">The database cannot be asked.</exception>
    public async Task<RollbackCost> CostAsync(Upgrade upgrade, CancellationToken cancellation) =>
        upgrade.IsOver ? RollbackCost.Nothing : await WayBack.MeasureAsync(await scenes.OpenAsync(upgrade, cancellation), cancellation);

    private async Task<RollbackCost?> CostOrUnknownAsync(Upgrade upgrade, CancellationToken cancellation)
    {
        try
        {
            return await CostAsync(upgrade, cancellation);
        }
        catch (Exception failure) when (failure is DatabaseFailedException or InvalidOperationException)
        {
            // Whoever looks must be told the rest also while the database does not answer.
            return null;
        }
    }

    private async Task<TimeSpan?> DeadlineAsync(Upgrade upgrade, CancellationToken cancellation) =>
        upgrade.Current is { } current && await scenes.FindMigrationDeadlineAsync(upgrade, cancellation) is { } migration
            ? UpgradeMoves.DeadlineOf(upgrade, current.Step, migration)
            : null;
}
