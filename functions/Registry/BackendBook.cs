using ControlPlane.Core.Backends;
using ControlPlane.Core.Problems;
using ControlPlane.Functions.Pools;

namespace ControlPlane.Functions.Registry;

/// <summary>What users may do with backends. When a change returns, this router knows of it.</summary>
internal sealed class BackendBook(Registry<Backend> backends, RegistryFeed feed, GroupWake wake, TimeProvider time) : IBook<Backend>
{
    public Task<Row<Backend>?> FindAsync(string name, CancellationToken cancellation) => backends.FindAsync(name, cancellation);

    public Task<Row<Backend>?> FindAsync(int id, CancellationToken cancellation) => backends.FindAsync(id, cancellation);

    public Task<IReadOnlyList<Row<Backend>>> ListAsync(CancellationToken cancellation) => backends.ListAsync(cancellation);

    public async Task<Result<Row<Backend>>> AddAsync(Backend backend, OnceKey? once, CancellationToken cancellation)
    {
        await feed.RefreshAsync(cancellation);
        if (FindUpgrade(backend.Tags) is { } problem)
            return problem;
        var result = await backends.AddAsync(backend with { StateSince = time.GetUtcNow() }, once, cancellation);
        await feed.RefreshAsync(cancellation);
        return result;
    }

    /// <summary>Changes a backend. A new url has to prove itself: the backend joins again.</summary>
    public async Task<Result<Row<Backend>>> ChangeAsync(
        string name, string? etag, Func<Backend, Result<Backend>> change, CancellationToken cancellation)
    {
        await feed.RefreshAsync(cancellation);
        var result = await backends.ChangeAsync(
            name, etag, before => before.Monitor is not null ? Managed(before) : change(before).Then(after => Follow(before, after)), cancellation);
        await feed.RefreshAsync(cancellation);
        return result;
    }

    /// <summary>Protects a backend from leaving because there are too many, or ends that. Also one that a monitor started: how many there are is still the monitor's.</summary>
    public async Task<Result<Row<Backend>>> ProtectAsync(string name, string? etag, bool isProtected, CancellationToken cancellation)
    {
        var result = await backends.ChangeAsync(name, etag, before => before with { IsProtected = isProtected }, cancellation);
        // What could not leave may be what a calm group waits for: nothing else would tell it.
        if (!isProtected && result.Is(out var row, out _))
            await WakeAsync(row.Value);
        await feed.RefreshAsync(CancellationToken.None);
        return result;
    }

    /// <summary>Removes a backend: it gets no new work, and what runs on it goes on to its end.</summary>
    public async Task<Result<Row<Backend>>> RemoveAsync(string name, string? etag, CancellationToken cancellation)
    {
        var result = await backends.RemoveAsync(name, etag, backend => backend.Monitor is null ? null : Managed(backend), cancellation);
        await feed.RefreshAsync(cancellation);
        return result;
    }

    private Result<Backend> Follow(Backend before, Backend after)
    {
        if (FindUpgrade(after.Tags.Except(before.Tags)) is { } problem)
            return problem;
        return after.Url == before.Url ? after : after with { State = BackendState.Joining, StateReason = null, StateSince = time.GetUtcNow() };
    }

    /// <summary>Whoever comes to a group by hand while that changes sides belongs to neither, and would go on with the old version.</summary>
    private Problem? FindUpgrade(IEnumerable<string> tags) => tags.Select(feed.Current.FindGroup).FirstOrDefault(group => group?.Upgrade is not null) is { } busy
        ? new Problem(ProblemCodes.UpgradeInProgress, $"The upgrade \"{busy.Upgrade}\" changes the group {busy.Tag} now, so nothing is added to it by hand. Wait for its end, or abort it.")
        : null;

    private async Task WakeAsync(Backend backend)
    {
        foreach (var tag in backend.Tags)
            await wake.RunAsync(tag, CancellationToken.None);
    }

    private static Problem Managed(Backend backend) =>
        new(ProblemCodes.BackendManaged, $"\"{backend.Name}\" was started by the monitor \"{backend.Monitor}\", which would only start another. Change or remove the monitor instead.");
}
