using ControlPlane.Core.Problems;
using ControlPlane.Functions.Orchestrations;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Registry;

/// <summary>What users may do with monitors. Each change wakes the watch of its group.</summary>
internal sealed class MonitorBook(Registry<Monitor> monitors, RegistryFeed feed, Watches watches) : IBook<Monitor>
{
    public Task<Row<Monitor>?> FindAsync(string name, CancellationToken cancellation) => monitors.FindAsync(name, cancellation);

    public Task<Row<Monitor>?> FindAsync(int id, CancellationToken cancellation) => monitors.FindAsync(id, cancellation);

    public Task<IReadOnlyList<Row<Monitor>>> ListAsync(CancellationToken cancellation) => monitors.ListAsync(cancellation);

    public async Task<Row<Monitor>?> FindByTagAsync(string tag, CancellationToken cancellation) =>
        (await ListAsync(cancellation)).FirstOrDefault(row => row.Value.Tag == tag);

    public Task<Result<Row<Monitor>>> AddAsync(Monitor monitor, CancellationToken cancellation) =>
        ThenWatchAsync(monitors.AddAsync(monitor, cancellation: cancellation));

    /// <summary>Changes a monitor that is not being removed.</summary>
    public Task<Result<Row<Monitor>>> ChangeAsync(string name, string? etag, Func<Monitor, Result<Monitor>> change, CancellationToken cancellation) =>
        ThenWatchAsync(monitors.ChangeAsync(
            name, etag, before => before.IsRemoving ? RegistryKinds.Monitors.NotFound(name) : change(before), cancellation));

    /// <summary>Marks a monitor as being removed. Its watch drains and stops its instances, and then removes the row.</summary>
    public async Task<Result<Row<Monitor>>> RemoveAsync(string name, string? etag, CancellationToken cancellation)
    {
        // Another process may have begun an upgrade of its group a moment ago.
        await feed.RefreshAsync(cancellation);
        return await ThenWatchAsync(monitors.ChangeAsync(name, etag, monitor => Remove(monitor), cancellation));
    }

    private Result<Monitor> Remove(Monitor monitor) => feed.Current.FindGroup(monitor.Tag)?.Upgrade is { } upgrade
        ? new Problem(ProblemCodes.UpgradeInProgress, $"The upgrade \"{upgrade}\" changes the group {monitor.Tag} now. Wait for its end, or abort it.")
        : monitor with { IsRemoving = true };

    private async Task<Result<Row<Monitor>>> ThenWatchAsync(Task<Result<Row<Monitor>>> changing)
    {
        var result = await changing;
        if (!result.Is(out var row, out _))
            return result;
        // It is stored. That the caller has gone, or that the feed cannot be read, must not keep it from the watch.
        await watches.WakeAsync(row.Value, CancellationToken.None);
        await feed.RefreshAsync(CancellationToken.None);
        return result;
    }
}
