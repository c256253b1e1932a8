using System.Globalization;
using System.Text.Json;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Scaling;
using ControlPlane.Core.Storage;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Groups;

/// <summary>
/// The rows of groups: what each remembers, its instances, its decisions. A group is one partition, so that a decision
/// and the instances that it orders are written together or not at all.
/// </summary>
internal sealed class GroupStore(IEntityStore store)
{
    internal const string Table = "groups";
    internal const string StateRow = "state";
    internal const string InstancePrefix = "instance:";
    internal const string DecisionPrefix = "decision:";

    /// <summary>What people and alerts ask of groups.</summary>
    public DemandStore Demands { get; } = new(store);

    private long _instanceChanges;

    /// <summary>Rises whenever this process has written or removed an instance's row.</summary>
    public long InstanceChanges => Interlocked.Read(ref _instanceChanges);

    public async Task<(GroupState State, string? ETag)> ReadStateAsync(string tag, CancellationToken cancellation)
    {
        var entity = await store.GetAsync(Table, tag, StateRow, cancellation);
        return entity is null ? (new GroupState(), null) : (JsonSerializer.Deserialize(entity.Body, ControlPlaneJson.Default.GroupState)!, entity.ETag);
    }

    public async Task<IReadOnlyList<Instance>> ListInstancesAsync(string tag, CancellationToken cancellation)
    {
        var instances = new List<Instance>();
        await foreach (var entity in store.ReadAllAsync(Table, EntityQuery.Prefix(tag, InstancePrefix), cancellation))
            instances.Add(ReadInstance(entity).Value);
        return instances;
    }

    /// <summary>The instances of all groups.</summary>
    public async Task<IReadOnlyList<Instance>> ListAllInstancesAsync(CancellationToken cancellation)
    {
        var instances = new List<Instance>();
        var all = EntityQuery.Prefix("", InstancePrefix) with { Partition = null };
        await foreach (var entity in store.ReadAllAsync(Table, all, cancellation))
            instances.Add(ReadInstance(entity).Value);
        return instances;
    }

    public async Task<Row<Instance>?> FindInstanceAsync(string tag, string name, CancellationToken cancellation) =>
        await store.GetAsync(Table, tag, InstancePrefix + name, cancellation) is { } entity ? ReadInstance(entity) : null;

    /// <summary>The decision of one look at a group; null when that look has not been stored.</summary>
    public async Task<Decision?> FindDecisionAsync(string tag, long sequence, CancellationToken cancellation) =>
        await store.GetAsync(Table, tag, DecisionRow(sequence), cancellation) is { } entity ? ReadDecision(entity) : null;

    /// <summary>
    /// Stores a decision, what the group remembers, and what becomes of its instances, in one transaction.
    /// False when another look at the group was stored meanwhile, or a changed instance is not as it was read.
    /// </summary>
    public async Task<bool> CommitAsync(
        Decision decision, GroupState state, string? stateETag, IEnumerable<Instance> ordered, IEnumerable<Row<Instance>> changed, CancellationToken cancellation)
    {
        List<EntityChange> changes =
        [
            StateChange(state, stateETag),
            new EntityChange.Add(DecisionRow(decision.Sequence), JsonSerializer.Serialize(decision, ControlPlaneJson.Default.Decision)),
        ];
        changes.AddRange(ordered.Select(instance => new EntityChange.Add(InstancePrefix + instance.Name, Write(instance))));
        changes.AddRange(changed.Select(row => new EntityChange.Replace(InstancePrefix + row.Value.Name, Write(row.Value), row.ETag)));
        if (changes.Count > 2)
            Interlocked.Increment(ref _instanceChanges);
        return await store.CommitAsync(Table, decision.Tag, changes, cancellation) is CommitResult.Committed;
    }

    /// <summary>Writes the row of an instance that was ordered outside of a decision. Does nothing when there is one of its name.</summary>
    public async Task AddInstanceAsync(Instance instance, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _instanceChanges);
        await store.CommitAsync(Table, instance.Tag, [new EntityChange.Add(InstancePrefix + instance.Name, Write(instance))], cancellation);
    }

    /// <summary>Changes one instance's row if it is there; returns it as it is then, null when it is not there.</summary>
    public async Task<Instance?> ChangeInstanceAsync(string tag, string name, Func<Instance, Instance> change, CancellationToken cancellation)
    {
        while (await FindInstanceAsync(tag, name, cancellation) is { } row)
        {
            var changed = change(row.Value);
            if (changed == row.Value)
                return changed;
            Interlocked.Increment(ref _instanceChanges);
            EntityChange[] changes = [new EntityChange.Replace(InstancePrefix + name, Write(changed), row.ETag)];
            if (await store.CommitAsync(Table, tag, changes, cancellation) is CommitResult.Committed)
                return changed;
        }

        return null;
    }

    /// <summary>Removes an instance's row, and remembers with it how its start went. Does nothing when the row has gone.</summary>
    public async Task RemoveInstanceAsync(string tag, string name, Func<GroupState, GroupState> remember, CancellationToken cancellation)
    {
        while (await FindInstanceAsync(tag, name, cancellation) is not null)
        {
            var (state, etag) = await ReadStateAsync(tag, cancellation);
            Interlocked.Increment(ref _instanceChanges);
            EntityChange[] changes = [StateChange(remember(state), etag), new EntityChange.Delete(InstancePrefix + name, null)];
            if (await store.CommitAsync(Table, tag, changes, cancellation) is CommitResult.Committed)
                return;
        }
    }

    /// <summary>Changes what a group remembers.</summary>
    public async Task ChangeStateAsync(string tag, Func<GroupState, GroupState> change, CancellationToken cancellation)
    {
        while (true)
        {
            var (state, etag) = await ReadStateAsync(tag, cancellation);
            var changed = change(state);
            if (changed == state || await store.CommitAsync(Table, tag, [StateChange(changed, etag)], cancellation) is CommitResult.Committed)
                return;
        }
    }

    /// <summary>
    /// Deletes decisions that are older than a moment, but for the newest. Their keys run backwards in time, so that the
    /// first old one is found by halves, without reading those that stay.
    /// </summary>
    public async Task ForgetDecisionsAsync(string tag, DateTimeOffset before, CancellationToken cancellation)
    {
        var (state, _) = await ReadStateAsync(tag, cancellation);
        var (old, kept) = (0L, state.Sequence);
        while (old + 1 < kept)
        {
            var middle = old + ((kept - old) / 2);
            var newest = await FirstAsync(DecisionsUpTo(tag, middle), cancellation);
            if (newest is null || newest.Updated < before)
                old = middle;
            else
                kept = middle;
        }

        var batch = new List<EntityChange>();
        await foreach (var entity in store.ReadAllAsync(Table, DecisionsUpTo(tag, old), cancellation))
        {
            batch.Add(new EntityChange.Delete(entity.Row, null));
            if (batch.Count < IEntityStore.MaxChanges)
                continue;
            await store.CommitAsync(Table, tag, batch, cancellation);
            batch.Clear();
        }

        if (batch.Count > 0)
            await store.CommitAsync(Table, tag, batch, cancellation);
    }

    private static EntityQuery DecisionsUpTo(string tag, long sequence) => EntityQuery.Prefix(tag, DecisionPrefix) with { From = DecisionRow(sequence) };

    private async Task<Entity?> FirstAsync(EntityQuery query, CancellationToken cancellation)
    {
        await foreach (var entity in store.ReadAllAsync(Table, query with { Top = 1 }, cancellation))
            return entity;
        return null;
    }

    private static EntityChange StateChange(GroupState state, string? etag)
    {
        var body = JsonSerializer.Serialize(state, ControlPlaneJson.Default.GroupState);
        return etag is null ? new EntityChange.Add(StateRow, body) : new EntityChange.Replace(StateRow, body, etag);
    }

    internal static string DecisionRow(long sequence) =>
        DecisionPrefix + (long.MaxValue - sequence).ToString("D19", CultureInfo.InvariantCulture);

    private static string Write(Instance instance) => JsonSerializer.Serialize(instance, ControlPlaneJson.Default.Instance);

    private static Row<Instance> ReadInstance(Entity entity) =>
        new(JsonSerializer.Deserialize(entity.Body, ControlPlaneJson.Default.Instance)!, entity.ETag);

    internal static Decision ReadDecision(Entity entity) => JsonSerializer.Deserialize(entity.Body, ControlPlaneJson.Default.Decision)!;
}
