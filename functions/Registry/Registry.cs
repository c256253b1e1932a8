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
            // By what would be stored: records that hold lists are never equal to a copy.
            if (JsonSerializer.Serialize(changed, kind.Json) == JsonSerializer.Serialize(row.Value, kind.Json))
                return row;

            var changes = ReplaceChanges(row, changed);
            switch (await store.CommitAsync(RegistryRows.Table, kind.Partition, changes, cancellation))
            {
                case CommitResult.Committed committed:
                    Changed?.Invoke();
                    return new Row<T>(changed, committed.ETags[0]!);
                case CommitResult.Refused { Reason: Refusal.Exists }:
                    return kind.SecondKeyTaken(changed, await OwnerAsync(RegistryRows.SecondKey(kind.SecondKey(changed)), cancellation));
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
                new EntityChange.Delete(RegistryRows.SecondKey(kind.SecondKey(row.Value)), null),
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
            if (refused == RegistryRows.SecondKey(kind.SecondKey(item)))
                return kind.SecondKeyTaken(item, await OwnerAsync(refused, cancellation));
        }

        return Contended();
    }

    private List<EntityChange> AddChanges(T added, Entity? counter, OnceKey? once)
    {
        var number = RegistryRows.NumberBody(kind.Id(added));
        List<EntityChange> changes =
        [
            new EntityChange.Add(RegistryRows.Name(kind.Name(added)), JsonSerializer.Serialize(added, kind.Json)),
            new EntityChange.Add(RegistryRows.SecondKey(kind.SecondKey(added)), JsonSerializer.Serialize(kind.Name(added), ControlPlaneJson.Default.String)),
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
            new EntityChange.Replace(RegistryRows.Name(kind.Name(changed)), JsonSerializer.Serialize(changed, kind.Json), row.ETag),
            new EntityChange.Upsert(RegistryRows.Version, "0"),
        ];
        if (kind.SecondKey(changed) != kind.SecondKey(row.Value))
        {
            changes.Add(new EntityChange.Delete(RegistryRows.SecondKey(kind.SecondKey(row.Value)), null));
            changes.Add(new EntityChange.Add(RegistryRows.SecondKey(kind.SecondKey(changed)), JsonSerializer.Serialize(kind.Name(changed), ControlPlaneJson.Default.String)));
        }

        return changes;
    }

    private async Task<Result<Row<T>>?> FindOnceAsync(OnceKey once, CancellationToken cancellation)
    {
        if (await store.GetAsync(RegistryRows.Table, kind.Partition, RegistryRows.Once(once.Key), cancellation) is not { } entity)
            return null;
        var record = JsonSerializer.Deserialize(entity.Body, ControlPlaneJson.Default.OnceRecord)!;
        if (record.RequestHash != once.RequestHash)
            return new Problem(ProblemCodes.IdempotencyMismatch, "This Idempotency-Key was used for another request. Use a new key for a new request.");
        return await FindAsync(record.Name, cancellation) is { } row ? row : kind.NotFound(record.Name);
    }

    private async Task<string> OwnerAsync(string secondKeyRow, CancellationToken cancellation) =>
        await store.GetAsync(RegistryRows.Table, kind.Partition, secondKeyRow, cancellation) is { } entity
            ? JsonSerializer.Deserialize(entity.Body, ControlPlaneJson.Default.String)!
            : "(just removed)";

    private Row<T> Read(Entity entity) => new(JsonSerializer.Deserialize(entity.Body, kind.Json)!, entity.ETag);

    private static Problem Stale() =>
        new(ProblemCodes.PreconditionFailed, "It was changed since you read it. Read it again and send the new ETag in If-Match.");

    private static Problem Contended() =>
        new(ProblemCodes.Contended, "Too many others are changing this at once. Try again.") { RetryAfter = TimeSpan.FromSeconds(1) };
}
