using System.Globalization;
using ControlPlane.Core.Problems;
using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Orchestrations;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Upgrades;

/// <summary>What users may do with upgrades. Each change is stored before the orchestration hears of it.</summary>
internal sealed class UpgradeBook(Registry<Upgrade> upgrades, RegistryFeed feed, UpgradeWork work, TimeProvider time)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);

    public Task<Row<Upgrade>?> FindAsync(string name, CancellationToken cancellation) => upgrades.FindAsync(name, cancellation);

    /// <summary>All of them, the newest first.</summary>
    public async Task<IReadOnlyList<Row<Upgrade>>> ListAsync(CancellationToken cancellation) => [.. (await upgrades.ListAsync(cancellation)).Reverse()];

    /// <summary>Stores an upgrade and starts it.</summary>
    public async Task<Result<Row<Upgrade>>> StartAsync(Wanted wanted, string by, OnceKey? once, CancellationToken cancellation)
    {
        var monitor = wanted.Monitor;
        var now = time.GetUtcNow();
        await feed.RefreshAsync(cancellation);
        // A request that comes again with its key gets the upgrade that it has started; any other is refused at its preflight.
        if (once is null && feed.Current.FindGroup(monitor.Tag)?.Upgrade is { } other)
            return new Problem(ProblemCodes.UpgradeInProgress, $"The upgrade \"{other}\" changes the group {monitor.Tag} now. Wait for its end, or abort it.");
        var upgrade = new Upgrade
        {
            Name = string.Create(CultureInfo.InvariantCulture, $"{monitor.Tag}-{now:yyyyMMddHHmmssfff}"),
            Group = monitor.Tag,
            Monitor = monitor.Name,
            Terms = wanted.Terms,
            By = by,
            At = now,
            Plan = wanted.Plan,
            StopsEngines = wanted.StopsEngines,
        };
        var added = await upgrades.AddAsync(upgrade, once, cancellation);
        if (!added.Is(out var row, out var problem))
            return problem;
        // It is stored: from here on the caller may go.
        await work.EnsureAsync(row.Value.Name, CancellationToken.None);
        return row;
    }

    /// <summary>Changes an upgrade, and makes it look.</summary>
    public async Task<Result<Row<Upgrade>>> ChangeAsync(string name, Func<Upgrade, Result<Upgrade>> change, CancellationToken cancellation)
    {
        var changed = await upgrades.ChangeAsync(name, null, change, cancellation);
        if (!changed.Is(out var row, out var problem))
            return problem;
        await work.WakeAsync(name, CancellationToken.None);
        return row;
    }

    /// <summary>Starts whatever should be under way and is not; all that are not over.</summary>
    public async Task<IReadOnlyList<Upgrade>> ResumeAsync(CancellationToken cancellation)
    {
        var open = (await upgrades.ListAsync(cancellation)).Select(row => row.Value).Where(upgrade => !upgrade.IsOver).ToList();
        foreach (var upgrade in open)
            await work.EnsureAsync(upgrade.Name, cancellation);
        return open;
    }

    /// <summary>Whether it may hold writes although it should have given up by now.</summary>
    public bool IsOverdue(Upgrade upgrade) => time.GetUtcNow() - upgrade.MayHoldSince > upgrade.Terms.MaxPause + Grace;
}
