namespace ControlPlane.Core.Databases;

/// <summary>What a database holds, in figures that can be compared.</summary>
public sealed record DatabaseManifest
{
    /// <summary>The tables, by name with their schema.</summary>
    public IReadOnlyDictionary<string, TableFigures> Tables { get; init; } = new Dictionary<string, TableFigures>();

    /// <summary>The next values of sequences or of auto-increment columns, by name.</summary>
    public IReadOnlyDictionary<string, long> Sequences { get; init; } = new Dictionary<string, long>();

    /// <summary>A hash of all definitions: columns, types, defaults, keys, constraints, indexes, views, routines, triggers; hexadecimal.</summary>
    public required string SchemaHash { get; init; }

    /// <summary>A hash of owners and grants on objects, accounts of epochs left out; hexadecimal.</summary>
    public required string GrantsHash { get; init; }

    /// <summary>Rows in all tables.</summary>
    public long Rows => Tables.Values.Sum(table => table.Rows);

    /// <summary>Where another differs, in words, at most a hundred places; empty when both hold the same.</summary>
    /// <param name="other">The other one.</param>
    public IReadOnlyList<string> DifferencesTo(DatabaseManifest other)
    {
        ArgumentNullException.ThrowIfNull(other);
        const int most = 100;
        var places = Places(Tables, other.Tables, "table").Concat(Places(Sequences, other.Sequences, "sequence"));
        if (SchemaHash != other.SchemaHash)
            places = places.Append("the definitions differ");
        if (GrantsHash != other.GrantsHash)
            places = places.Append("owners or grants differ");
        return [.. places.Take(most)];
    }

    private static IEnumerable<string> Places<T>(IReadOnlyDictionary<string, T> one, IReadOnlyDictionary<string, T> other, string what)
        where T : notnull =>
        one.Keys.Union(other.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(name =>
            (one.TryGetValue(name, out var here), other.TryGetValue(name, out var there)) switch
            {
                (true, false) => $"{what} {name} is missing from the copy",
                (false, true) => $"{what} {name} is only in the copy",
                _ when !here!.Equals(there) => $"{what} {name} has {here} and in the copy {there}",
                _ => null,
            }).OfType<string>();
}

/// <summary>What a table holds.</summary>
/// <param name="Rows">How many rows.</param>
/// <param name="Hash">A hash of all rows that does not depend on their order; decimal text.</param>
public sealed record TableFigures(long Rows, string Hash)
{
    /// <summary>For people.</summary>
    public override string ToString() => $"{Rows} rows with hash {Hash}";
}
