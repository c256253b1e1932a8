using System.Collections.Concurrent;
using System.Security.Cryptography;
using ControlPlane.Core.Storage;

namespace ControlPlane.Functions.Upgrades.Attempts;

/// <summary>
/// Leases as rows of the store, renewed for as long as they are held. Whoever has seen one unchanged for
/// <see cref="Duration"/>, by its own clock, may take it over; its holder gives up before that, by its own clock too.
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
    private readonly ConcurrentDictionary<string, (string ETag, long Since)> _seen = new(StringComparer.Ordinal);

    public async Task<CancellationToken?> TryTakeAsync(string upgrade, CancellationToken cancellation)
    {
        if (_held.TryGetValue(upgrade, out var mine))
        {
            if (!mine.Lost.IsCancellationRequested)
                return mine.Lost;
            await work.StopAsync(upgrade);
            await ReleaseAsync(upgrade);
        }

        var since = time.GetTimestamp();
        if (await TryWriteAsync(upgrade, cancellation) is not { } etag)
            return null;
        _seen.TryRemove(upgrade, out _);
        var held = _held[upgrade] = new Held(etag, GivenUpAfter - time.GetElapsedTime(since), time);
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
        return row is not null && (row.Body == _process || IsRunOut(row))
            ? await CommitAsync(new EntityChange.Replace(upgrade, _process, row.ETag), cancellation)
            : null;
    }

    private bool IsRunOut(Entity row)
    {
        var now = (row.ETag, Since: time.GetTimestamp());
        var seen = _seen.AddOrUpdate(row.Row, now, (_, before) => before.ETag == row.ETag ? before : now);
        return time.GetElapsedTime(seen.Since) >= Duration;
    }

    private async Task RenewAsync(string upgrade, Held held)
    {
        while (true)
        {
            await Task.Delay(Renewal, time, held.Stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (held.Stop.IsCancellationRequested)
                return;
            if (!await TryRenewAsync(upgrade, held) || held.Lost.IsCancellationRequested)
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
            held.Renew(etag, GivenUpAfter - time.GetElapsedTime(since));
            return true;
        }
        catch (Exception)
        {
            // The store does not answer: others do not see this lease as run out yet.
            return true;
        }
    }

    private async Task<string?> CommitAsync(EntityChange change, CancellationToken cancellation) =>
        await store.CommitAsync(Table, Partition, [change], cancellation) is CommitResult.Committed committed ? committed.ETags[0] : null;

    private sealed class Held : IDisposable
    {
        private readonly CancellationTokenSource _lost;
        private readonly CancellationTokenSource _stop = new();

        public Held(string etag, TimeSpan lasts, TimeProvider time)
        {
            _lost = new CancellationTokenSource(lasts > TimeSpan.Zero ? lasts : TimeSpan.Zero, time);
            (ETag, Lost, Stop) = (etag, _lost.Token, _stop.Token);
        }

        public string ETag { get; private set; }

        /// <summary>Cancelled when it is lost, or has not been renewed in time.</summary>
        public CancellationToken Lost { get; }

        public CancellationToken Stop { get; }

        public Task Renewing { get; set; } = Task.CompletedTask;

        public void Renew(string etag, TimeSpan lasts)
        {
            ETag = etag;
            if (lasts > TimeSpan.Zero)
                _lost.CancelAfter(lasts);
        }

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
