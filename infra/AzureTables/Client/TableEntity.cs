using System.Collections;
using Azure;

namespace ControlPlane.Infra.AzureTables.Client;

/// <summary>
/// The keys and properties of one entity. Values are string, int, long, double, bool, <see cref="DateTimeOffset"/>,
/// <see cref="Guid"/> or byte[]. Not sealed only because a type parameter cannot be constrained to a sealed type.
/// </summary>
public class TableEntity : IEnumerable<KeyValuePair<string, object?>>
{
    private readonly Dictionary<string, object?> _properties = new(StringComparer.Ordinal);

    /// <summary>An entity without keys.</summary>
    public TableEntity()
    {
    }

    /// <summary>An entity with its keys.</summary>
    /// <param name="partitionKey">Up to 1 KiB of UTF-16, without / \ # ? and control characters.</param>
    /// <param name="rowKey">The same; unique within table and partition.</param>
    public TableEntity(string partitionKey, string rowKey)
    {
        PartitionKey = partitionKey;
        RowKey = rowKey;
    }

    /// <summary>The partition.</summary>
    public string PartitionKey { get; set; } = "";

    /// <summary>The key within the partition.</summary>
    public string RowKey { get; set; } = "";

    /// <summary>When the service last wrote it; null before it was read.</summary>
    public DateTimeOffset? Timestamp { get; set; }

    /// <summary>The version that was read; default before it was read.</summary>
    public ETag ETag { get; set; }

    /// <summary>A property; null when there is none.</summary>
    public object? this[string key]
    {
        get => _properties.GetValueOrDefault(key);
        set => _properties[key] = value;
    }

    /// <summary>Adds a property that is not there yet.</summary>
    /// <exception cref="ArgumentException">It is there.</exception>
    public void Add(string key, object? value) => _properties.Add(key, value);

    /// <summary>Whether there is such a property.</summary>
    public bool ContainsKey(string key) => _properties.ContainsKey(key);

    /// <summary>A text; null when there is none.</summary>
    /// <exception cref="InvalidCastException">The property is of another type.</exception>
    public string? GetString(string key) => (string?)this[key];

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => _properties.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
