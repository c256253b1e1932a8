using System.Collections.Concurrent;
using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Upgrades.Attempts;

/// <summary>Lets one attempt at an upgrade's step run at a time, here and in other processes, and cuts it short when it must not go on.</summary>
internal sealed class UpgradeTurns(Registry<Upgrade> upgrades, IProcessLeases leases, LongWork work, TimeProvider time)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Waits for the turn; it is given back when the answer is disposed of. Null when another process has it.</summary>
    public async Task<Turn?> TakeAsync(string upgrade, CancellationToken cancellation)
    {
        var turn = _turns.GetOrAdd(upgrade, _ => new SemaphoreSlim(1, 1));
        await turn.WaitAsync(cancellation);
        try
        {
            if (await leases.TryTakeAsync(upgrade, cancellation) is { } lost)
                return new Turn(() => GiveBackAsync(upgrade, turn), lost);
        }
        catch
        {
            turn.Release();
            throw;
        }

        turn.Release();
        return null;
    }

    /// <summary>
    /// Ends an attempt once somebody has ordered to return, or writes have been held for too long: what is waited for in it
    /// may take its own time. Ends by itself with the attempt.
    /// </summary>
    public async Task CutShortAsync(Upgrade upgrade, CancellationTokenSource attempt)
    {
        if (upgrade.Phase != UpgradePhase.Running || upgrade.MayHaveOpened)
            return;
        while (!attempt.IsCancellationRequested)
        {
            await Task.Delay(LookEvery, time, attempt.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!attempt.IsCancellationRequested && await MustEndAsync(upgrade))
                await attempt.CancelAsync();
        }
    }

    /// <summary>While work goes on here that the next attempt looks at, that must come here as well.</summary>
    private async Task GiveBackAsync(string upgrade, SemaphoreSlim turn)
    {
        try
        {
            if (!work.IsUnderWay(upgrade))
                await leases.ReleaseAsync(upgrade);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<bool> MustEndAsync(Upgrade upgrade)
    {
        if (upgrade.IsHolding && Now - upgrade.Holds[^1].Since > upgrade.Terms.MaxPause)
            return true;
        try
        {
            return (await upgrades.FindAsync(upgrade.Name))?.Value.Return is not null;
        }
        catch (Exception)
        {
            // The store does not answer: the attempt finds that out by itself.
            return false;
        }
    }
}

/// <summary>The right to attempt a step.</summary>
/// <param name="giveBack">Gives it back.</param>
/// <param name="lost">Cancelled when another process may have taken it over.</param>
internal sealed class Turn(Func<Task> giveBack, CancellationToken lost) : IAsyncDisposable
{
    public CancellationToken Lost => lost;

    public async ValueTask DisposeAsync() => await giveBack();
}
