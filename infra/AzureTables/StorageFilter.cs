using ControlPlane.Core.Storage;

namespace ControlPlane.Infra.AzureTables;

/// <summary>Queries as OData filters.</summary>
internal static class StorageFilter
{
    public static string? Of(EntityQuery query)
    {
        List<string> conditions = [];
        if (query.Partition is { } partition)
            conditions.Add($"PartitionKey eq {Quoted(partition)}");
        if (query.From is { } from)
            conditions.Add($"RowKey ge {Quoted(from)}");
        if (query.Before is { } before)
            conditions.Add($"RowKey lt {Quoted(before)}");
        return conditions.Count == 0 ? null : string.Join(" and ", conditions);
    }

    private static string Quoted(string key) => $"'{StorageKey.Escape(key).Replace("'", "''", StringComparison.Ordinal)}'";
}
