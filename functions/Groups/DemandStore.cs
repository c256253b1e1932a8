using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ControlPlane.Core.Scaling;
using ControlPlane.Core.Storage;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Groups;

/// <summary>The demands of groups, one row for each source, beside the group's other rows.</summary>
internal sealed class DemandStore(IEntityStore store)
{
    private const string Table = "groups";
    private const string Prefix = "demand:";

    /// <summary>Written with every change of several rows, so that of two changes at once one is made after the other.</summary>
    private const string TurnRow = "demands";

    /// <summary>All demands of a group, also those that are over.</summary>
    public async Task<IReadOnlyList<Demand>> ListAsync(string tag, CancellationToken cancellation) =>
        [.. (await ReadAsync(tag, cancellation)).Values.Select(row => row.Value.Demand)];

    /// <summary>What a source asks of a group; null when it has not.</summary>
    public async Task<Demand?> FindAsync(string tag, string source, CancellationToken cancellation) =>
        await store.GetAsync(Table, tag, KeyOf(source), cancellation) is { } entity ? Read(entity).Value.Demand : null;

    /// <summary>Stores what a person asks for, over whatever that source has asked for before.</summary>
    public async Task PutAsync(string tag, Demand demand, CancellationToken cancellation)
    {
        var body = JsonSerializer.Serialize(new DemandRow(demand, demand.Until), ControlPlaneJson.Default.DemandRow);
        await store.CommitAsync(Table, tag, [new EntityChange.Upsert(KeyOf(demand.Source), body)], cancellation);
    }

    /// <summary>Takes back what a source asks for. Does nothing when it asks for nothing.</summary>
    public async Task RemoveAsync(string tag, string source, CancellationToken cancellation) =>
        await store.CommitAsync(Table, tag, [new EntityChange.Delete(KeyOf(source), null)], cancellation);

    /// <summary>
    /// Changes the rows of a group by source. The change is asked again when somebody else was faster, so it must come to
    /// the same whether part of it is stored already or not.
    /// </summary>
    public async Task ChangeAsync(string tag, Func<IReadOnlyDictionary<string, DemandRow>, IReadOnlyDictionary<string, DemandRow>> change, CancellationToken cancellation)
    {
        while (true)
        {
            var turn = (await store.GetAsync(Table, tag, TurnRow, cancellation))?.ETag;
            var before = await ReadAsync(tag, cancellation);
            var after = change(before.ToDictionary(pair => pair.Key, pair => pair.Value.Value, StringComparer.Ordinal));
            if (await CommitAsync(tag, turn, Changes(before, after), cancellation))
                return;
        }
    }

    /// <summary>Deletes the rows that need not be kept any more.</summary>
    public Task ForgetAsync(string tag, DateTimeOffset now, CancellationToken cancellation) => ChangeAsync(
        tag,
        rows => rows.Where(row => row.Value.KeptUntil > now).ToDictionary(StringComparer.Ordinal),
        cancellation);

    private static List<EntityChange> Changes(Dictionary<string, Row<DemandRow>> before, IReadOnlyDictionary<string, DemandRow> after)
    {
        var changes = new List<EntityChange>();
        foreach (var (source, row) in after)
        {
            var body = JsonSerializer.Serialize(row, ControlPlaneJson.Default.DemandRow);
            if (!before.TryGetValue(source, out var old))
                changes.Add(new EntityChange.Add(KeyOf(source), body));
            else if (old.Value != row)
                changes.Add(new EntityChange.Replace(KeyOf(source), body, old.ETag));
        }

        changes.AddRange(before.Where(row => !after.ContainsKey(row.Key)).Select(row => new EntityChange.Delete(KeyOf(row.Key), row.Value.ETag)));
        return changes;
    }

    private async Task<bool> CommitAsync(string tag, string? turn, IEnumerable<EntityChange> changes, CancellationToken cancellation)
    {
        foreach (var batch in changes.Chunk(IEntityStore.MaxChanges - 1))
        {
            EntityChange mine = turn is null ? new EntityChange.Add(TurnRow, "{}") : new EntityChange.Replace(TurnRow, "{}", turn);
            if (await store.CommitAsync(Table, tag, [mine, .. batch], cancellation) is not CommitResult.Committed done)
                return false;
            turn = done.ETags[0];
        }

        return true;
    }

    private async Task<Dictionary<string, Row<DemandRow>>> ReadAsync(string tag, CancellationToken cancellation)
    {
        var rows = new Dictionary<string, Row<DemandRow>>(StringComparer.Ordinal);
        await foreach (var entity in store.ReadAllAsync(Table, EntityQuery.Prefix(tag, Prefix), cancellation))
        {
            var row = Read(entity);
            rows[row.Value.Demand.Source] = row;
        }

        return rows;
    }

    private static Row<DemandRow> Read(Entity entity) =>
        new(JsonSerializer.Deserialize(entity.Body, ControlPlaneJson.Default.DemandRow)!, entity.ETag);

    /// <summary>The source itself, so that people can read it, unless no key may be so long.</summary>
    private static string KeyOf(string source) => EntityKey.IsStorable(Prefix + source)
        ? Prefix + source
        : Prefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(source)));
}
