using System.Collections.Concurrent;
using System.Security.Cryptography;
using ControlPlane.Core.Storage;

namespace ControlPlane.Functions.Upgrades.Attempts;

/// <summary>
/// Leases as rows of the store, renewed for as long as they are held. One that was not renewed for <see cref="Duration"/> may
/// be taken over; its holder gives up before that.
/// </summary>
internal sealed class StoredLeases(IEntityStore store, LongWork work, TimeProvider time) : IProcessLeases, IAsyncDisposable
{
    /// <summary>For how long a process that was killed keeps others away.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromSeconds(10);

    private const string Table = "upgradeleases";
    private const string Partition = "lease";
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan GivenUpAfter = TimeSpan.FromSeconds(8);

    private readonly string _process = $"\"{RandomNumberGenerator.GetHexString(16, lowercase: true)}\"";
    private readonly ConcurrentDictionary<string, Held> _held = new(StringComparer.Ordinal);

    public async Task<CancellationToken?> TryTakeAsync(string upgrade, CancellationToken cancellation)
    {
        if (_held.TryGetValue(upgrade, out var mine))
        {
            if (!mine.Lost.IsCancellationRequested)
                return mine.Lost;
            await ReleaseAsync(upgrade);
        }

        var since = time.GetTimestamp();
        if (await TryWriteAsync(upgrade, cancellation) is not { } etag)
            return null;
        var held = _held[upgrade] = new Held(etag, since);
        held.Renewing = RenewAsync(upgrade, held);
        return held.Lost;
    }

    public async Task ReleaseAsync(string upgrade)
    {
        if (!_held.TryRemove(upgrade, out var held))
            return;
        await held.StopAsync();
        using var _ = held;
        try
        {
            await store.CommitAsync(Table, Partition, [new EntityChange.Delete(upgrade, held.ETag)]);
        }
        catch (Exception)
        {
            // The store does not answer: the lease runs out by itself.
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var upgrade in _held.Keys)
        {
            await work.StopAsync(upgrade);
            await ReleaseAsync(upgrade);
        }
    }

    /// <summary>Writes the row, if no other process has it. One of this process is there after a write whose answer was lost.</summary>
    /// <returns>Its ETag; null when it was not written.</returns>
    private async Task<string?> TryWriteAsync(string upgrade, CancellationToken cancellation)
    {
        if (await CommitAsync(new EntityChange.Add(upgrade, _process), cancellation) is { } added)
            return added;
        var row = await store.GetAsync(Table, Partition, upgrade, cancellation);
        return row is not null && (row.Body == _process || time.GetUtcNow() - row.Updated >= Duration)
            ? await CommitAsync(new EntityChange.Replace(upgrade, _process, row.ETag), cancellation)
            : null;
    }

    private async Task RenewAsync(string upgrade, Held held)
    {
        while (true)
        {
            await Task.Delay(Renewal, time, held.Stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (held.Stop.IsCancellationRequested)
                return;
            if (!await TryRenewAsync(upgrade, held))
            {
                await held.LoseAsync();
                await work.StopAsync(upgrade);
                return;
            }
        }
    }

    /// <summary>False when it is lost. Not cut short by the release, which must know the last ETag.</summary>
    private async Task<bool> TryRenewAsync(string upgrade, Held held)
    {
        try
        {
            using var limit = new CancellationTokenSource(Renewal, time);
            var since = time.GetTimestamp();
            var etag = await CommitAsync(new EntityChange.Replace(upgrade, _process, held.ETag), limit.Token);
            if (etag is null && await store.GetAsync(Table, Partition, upgrade, limit.Token) is { } row && row.Body == _process)
                etag = row.ETag;
            if (etag is null)
                return false;
            (held.ETag, held.Since) = (etag, since);
            return true;
        }
        catch (Exception)
        {
            // The store does not answer: others do not see this lease as run out yet.
            return time.GetElapsedTime(held.Since) < GivenUpAfter;
        }
    }

    private async Task<string?> CommitAsync(EntityChange change, CancellationToken cancellation) =>
        await store.CommitAsync(Table, Partition, [change], cancellation) is CommitResult.Committed committed ? committed.ETags[0] : null;

    private sealed class Held : IDisposable
    {
        private readonly CancellationTokenSource _lost = new();
        private readonly CancellationTokenSource _stop = new();

        public Held(string etag, long since) => (ETag, Since, Lost, Stop) = (etag, since, _lost.Token, _stop.Token);

        public string ETag { get; set; }

        /// <summary>When the last write that was answered was begun.</summary>
        public long Since { get; set; }

        public CancellationToken Lost { get; }

        public CancellationToken Stop { get; }

        public Task Renewing { get; set; } = Task.CompletedTask;

        public Task LoseAsync() => _lost.CancelAsync();

        public async Task StopAsync()
        {
            await _stop.CancelAsync();
            await Renewing;
        }

        public void Dispose()
        {
            _lost.Dispose();
            _stop.Dispose();
        }
    }
}
