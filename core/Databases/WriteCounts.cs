namespace ControlPlane.Core.Databases;

/// <summary>How many rows of a database's tables have been written, as its server counts them.</summary>
/// <param name="Since">What the server's counting began with, as text. Another one means that it began anew: numbers from before say nothing then.</param>
/// <param name="Tables">The tables, by name with their schema.</param>
public sealed record WriteCounts(string Since, IReadOnlyDictionary<string, TableWrites> Tables)
{
    /// <summary>Rows written in all tables.</summary>
    public long Rows => Tables.Values.Sum(table => table.Rows);

    /// <summary>Whether nobody has written to a table since an earlier count. False when the server has begun to count anew meanwhile.</summary>
    /// <param name="table">The table's name.</param>
    /// <param name="before">The earlier count of the same database.</param>
    public bool ShowsNoWriteTo(string table, WriteCounts before)
    {
        ArgumentNullException.ThrowIfNull(before);
        return Since == before.Since && before.Tables.TryGetValue(table, out var then) && Tables.TryGetValue(table, out var now) && now == then;
    }
}

/// <summary>Writes to one table.</summary>
/// <param name="Storage">
/// What keeps the rows, as text. Another one after the table was emptied, written anew, or replaced by one of its name, none of
/// which counts as writing rows.
/// </param>
/// <param name="Rows">Rows inserted, changed and deleted.</param>
public sealed record TableWrites(string Storage, long Rows);
