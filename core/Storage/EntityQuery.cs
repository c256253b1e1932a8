namespace ControlPlane.Core.Storage;

/// <summary>Which rows to read.</summary>
/// <param name="Partition">The partition to read; every one when null.</param>
public sealed record EntityQuery(string? Partition = null)
{
    /// <summary>The largest and the default page. Source: Azure Table Storage.</summary>
    public const int MaxPageSize = 1000;

    /// <summary>The first row key to read, inclusive and compared ordinally; no lower bound when null.</summary>
    public string? From { get; init; }

    /// <summary>The row key to stop before, exclusive; no upper bound when null.</summary>
    public string? Before { get; init; }

    /// <summary>The most rows in the page, 1 to <see cref="MaxPageSize"/>.</summary>
    public int Top { get; init; } = MaxPageSize;

    /// <summary>Where to go on: the <see cref="EntityPage.Continuation"/> of the page before; the start when null.</summary>
    public string? Continuation { get; init; }

    /// <summary>All rows of a partition whose key begins with a text.</summary>
    public static EntityQuery Prefix(string partition, string prefix)
    {
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        // The last character has none after it, so the bound is found before it.
        var stem = prefix.TrimEnd(char.MaxValue);
        return new(partition) { From = prefix, Before = stem.Length == 0 ? null : stem[..^1] + (char)(stem[^1] + 1) };
    }
}

/// <summary>Part of an answer.</summary>
/// <param name="Rows">The rows, in ascending order of partition and row key.</param>
/// <param name="Continuation">Opaque; null when this was the last page. A page may be short, even empty, and still not be the last.</param>
public sealed record EntityPage(IReadOnlyList<Entity> Rows, string? Continuation);
