using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using ControlPlane.Core.Problems;
using ControlPlane.Core.Storage;
using ControlPlane.Functions.Http;

namespace ControlPlane.Functions.Registry;

/// <summary>Things with unique names over the entity store. Tells <see cref="Changed"/> of every change made through it.</summary>
internal sealed class Registry<T>(IEntityStore store, RegistryKind<T> kind, TimeProvider time) : IDisposable
    where T : class
{
    /// <summary>How often a change that others got in the way of is tried again before the caller hears of it.</summary>
    private const int MaxTries = 50;

    // Adds of one process go one after another: they all raise the same counter, and would only get in each other's way.
    private readonly SemaphoreSlim _adding = new(1, 1);

    private readonly ConcurrentDictionary<string, (string Text, T Value)> _read = new(StringComparer.Ordinal);

    public event Action? Changed;

    public async Task<Row<T>?> FindAsync(string name, CancellationToken cancellation = default) =>
        await store.GetAsync(RegistryRows.Table, kind.Partition, RegistryRows.Name(name), cancellation) is { } entity ? Read(entity) : null;

    public async Task<Row<T>?> FindAsync(int id, CancellationToken cancellation = default) =>
        (await ListAsync(cancellation)).FirstOrDefault(row => kind.Id(row.Value) == id);

    public async Task<IReadOnlyList<Row<T>>> ListAsync(CancellationToken cancellation = default)
    {
        var rows = new List<Row<T>>();
        await foreach (var entity in store.ReadAllAsync(RegistryRows.Table, EntityQuery.Prefix(kind.Partition, RegistryRows.NamePrefix), cancellation))
            rows.Add(Read(entity));
        if (_read.Count > 2 * (rows.Count + 100))
            _read.Clear();
        rows.Sort((left, right) => kind.Id(left.Value).CompareTo(kind.Id(right.Value)));
        return rows;
    }

    /// <summary>A text that differs after every change; null before the first.</summary>
    public async Task<string?> VersionAsync(CancellationToken cancellation = default) =>
        (await store.GetAsync(RegistryRows.Table, kind.Partition, RegistryRows.Version, cancellation))?.ETag;

    public async Task<Result<Row<T>>> AddAsync(T item, OnceKey? once = null, CancellationToken cancellation = default)
    {
        await _adding.WaitAsync(cancellation);
        try
        {
            return await TryAddAsync(item, once, cancellation);
        }
        finally
        {
            _adding.Release();
        }
    }

    public void Dispose() => _adding.Dispose();

    /// <summary>Changes one row. Without an ETag it reads again and retries when somebody else was faster.</summary>
    public async Task<Result<Row<T>>> ChangeAsync(
        string name, string? etag, Func<T, Result<T>> change, CancellationToken cancellation = default)
    {
        for (var attempt = 0; attempt < MaxTries; attempt++)
        {
            if (await FindAsync(name, cancellation) is not { } row)
                return kind.NotFound(name);
            if (etag is not null && etag != row.ETag)
                return Stale();
            if (!change(row.Value).Is(out var changed, out var problem))
                return problem;
            if (kind.IsSame(changed, row.Value))
                return row;

            var changes = ReplaceChanges(row, changed);
            switch (await store.CommitAsync(RegistryRows.Table, kind.Partition, changes, cancellation))
            {
                case CommitResult.Committed committed:
                    Changed?.Invoke();
                    return new Row<T>(changed, committed.ETags[0]!);
                case CommitResult.Refused { Reason: Refusal.Exists } refused:
                    return kind.KeyTaken(changed, await TakenAsync(changes[refused.Change].Row, cancellation));
            }
        }

        return Contended();
    }

    public async Task<Result<Row<T>>> RemoveAsync(
        string name, string? etag = null, Func<T, Problem?>? refuse = null, CancellationToken cancellation = default)
    {
        for (var attempt = 0; attempt < MaxTries; attempt++)
        {
            if (await FindAsync(name, cancellation) is not { } row)
                return kind.NotFound(name);
            if (etag is not null && etag != row.ETag)
                return Stale();
            if (refuse?.Invoke(row.Value) is { } problem)
                return problem;

            EntityChange[] changes =
            [
                new EntityChange.Delete(RegistryRows.Name(name), row.ETag),
                .. kind.Keys(row.Value).Select(key => new EntityChange.Delete(RegistryRows.Key(key), null)),
                new EntityChange.Upsert(RegistryRows.Version, "0"),
            ];
            if (await store.CommitAsync(RegistryRows.Table, kind.Partition, changes, cancellation) is CommitResult.Committed)
            {
                Changed?.Invoke();
                return row;
            }
        }

        return Contended();
    }

    /// <summary>Forgets Idempotency-Keys after their time.</summary>
    public async Task ForgetOldKeysAsync(CancellationToken cancellation)
    {
        var before = time.GetUtcNow() - OnceRecord.Kept;
        await foreach (var entity in store.ReadAllAsync(RegistryRows.Table, EntityQuery.Prefix(kind.Partition, RegistryRows.OncePrefix), cancellation))
        {
            if (entity.Updated < before)
                await store.CommitAsync(RegistryRows.Table, kind.Partition, [new EntityChange.Delete(entity.Row, entity.ETag)], cancellation);
        }
    }

    private async Task<Result<Row<T>>> TryAddAsync(T item, OnceKey? once, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < MaxTries; attempt++)
        {
            var counter = await store.GetAsync(RegistryRows.Table, kind.Partition, RegistryRows.Counter, cancellation);
            var id = counter is null ? 1 : int.Parse(counter.Body, CultureInfo.InvariantCulture) + 1;
            var added = kind.WithId(item, id);
            var changes = AddChanges(added, counter, once);
            var result = await store.CommitAsync(RegistryRows.Table, kind.Partition, changes, cancellation);
            if (result is CommitResult.Committed committed)
            {
                Changed?.Invoke();
                return new Row<T>(added, committed.ETags[0]!);
            }

            var refused = changes[((CommitResult.Refused)result).Change].Row;
            if (once is not null && await FindOnceAsync(once, cancellation) is { } earlier)
                return earlier;
            if (refused == RegistryRows.Name(kind.Name(item)))
                return kind.NameTaken(item);
            if (refused.StartsWith(RegistryRows.KeyPrefix, StringComparison.Ordinal))
                return kind.KeyTaken(item, await TakenAsync(refused, cancellation));
        }

        return Contended();
    }

    private List<EntityChange> AddChanges(T added, Entity? counter, OnceKey? once)
    {
        var number = RegistryRows.NumberBody(kind.Id(added));
        List<EntityChange> changes =
        [
            new EntityChange.Add(RegistryRows.Name(kind.Name(added)), Body(added)),
            .. AddKeys(added, kind.Keys(added)),
            counter is null
                ? new EntityChange.Add(RegistryRows.Counter, number)
                : new EntityChange.Replace(RegistryRows.Counter, number, counter.ETag),
            new EntityChange.Upsert(RegistryRows.Version, "0"),
        ];
        if (once is not null)
        {
            var record = new OnceRecord(once.RequestHash, kind.Name(added), time.GetUtcNow());
            changes.Add(new EntityChange.Add(RegistryRows.Once(once.Key), JsonSerializer.Serialize(record, ControlPlaneJson.Default.OnceRecord)));
        }

        return changes;
    }

    private List<EntityChange> ReplaceChanges(Row<T> row, T changed)
    {
        List<EntityChange> changes =
        [
            new EntityChange.Replace(RegistryRows.Name(kind.Name(changed)), Body(changed), row.ETag),
            new EntityChange.Upsert(RegistryRows.Version, "0"),
        ];
        var (before, after) = (kind.Keys(row.Value), kind.Keys(changed));
        changes.AddRange(before.Except(after, StringComparer.Ordinal).Select(key => new EntityChange.Delete(RegistryRows.Key(key), null)));
        changes.AddRange(AddKeys(changed, after.Except(before, StringComparer.Ordinal)));
        return changes;
    }

    private IEnumerable<EntityChange> AddKeys(T item, IEnumerable<string> keys) =>
        keys.Select(key => new EntityChange.Add(RegistryRows.Key(key), JsonSerializer.Serialize(kind.Name(item), ControlPlaneJson.Default.String)));

    private async Task<Result<Row<T>>?> FindOnceAsync(OnceKey once, CancellationToken cancellation)
    {
        if (await store.GetAsync(RegistryRows.Table, kind.Partition, RegistryRows.Once(once.Key), cancellation) is not { } entity)
            return null;
        var record = JsonSerializer.Deserialize(entity.Body, ControlPlaneJson.Default.OnceRecord)!;
        if (record.RequestHash != once.RequestHash)
            return new Problem(ProblemCodes.IdempotencyMismatch, "This Idempotency-Key was used for another request. Use a new key for a new request.");
        return await FindAsync(record.Name, cancellation) is { } row ? row : kind.NotFound(record.Name);
    }

    private async Task<TakenKey> TakenAsync(string keyRow, CancellationToken cancellation) => new(
        keyRow[RegistryRows.KeyPrefix.Length..],
        await store.GetAsync(RegistryRows.Table, kind.Partition, keyRow, cancellation) is { } entity
            ? JsonSerializer.Deserialize(entity.Body, ControlPlaneJson.Default.String)!
            : "(just removed)");

    private string Body(T item) => JsonSerializer.Serialize(item, kind.Json);

    /// <summary>Of thousands of rows that are read again because of one, the others have the text that they had.</summary>
    private Row<T> Read(Entity entity)
    {
        if (!_read.TryGetValue(entity.Row, out var known) || known.Text != entity.Body)
            _read[entity.Row] = known = (entity.Body, JsonSerializer.Deserialize(entity.Body, kind.Json)!);
        return new(known.Value, entity.ETag);
    }

    private static Problem Stale() =>
        new(ProblemCodes.PreconditionFailed, "It was changed since you read it. Read it again and send the new ETag in If-Match.");

    private static Problem Contended() =>
        new(ProblemCodes.Contended, "Too many others are changing this at once. Try again.") { RetryAfter = TimeSpan.FromSeconds(1) };
}
