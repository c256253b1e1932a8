using System.Collections;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using ControlPlane.Core.Problems;
using ControlPlane.Core.Routing;

namespace ControlPlane.Core.Backends;

/// <summary>
/// A set of tags: at least one, each 1 to 128 characters without commas or control characters, compared by case.
/// Sorted, so that two equal sets look alike.
/// </summary>
[JsonConverter(typeof(TagSetJson))]
public sealed class TagSet : IReadOnlyCollection<string>, IEquatable<TagSet>
{
    /// <summary>The most tags in one set.</summary>
    public const int MaxTags = 64;

    /// <summary>The longest tag, in characters.</summary>
    public const int MaxLength = 128;

    private readonly ImmutableArray<string> _tags;

    private TagSet(ImmutableArray<string> tags) => _tags = tags;

    /// <inheritdoc/>
    public int Count => _tags.Length;

    /// <summary>Whether the tag is in the set.</summary>
    public bool Contains(string tag) => _tags.BinarySearch(tag, StringComparer.Ordinal) >= 0;

    /// <summary>Whether the sets share a tag.</summary>
    public bool Overlaps(TagSet other) => other._tags.Any(Contains);

    /// <summary>Both sets together.</summary>
    public Result<TagSet> Union(TagSet other) => Create("tags", _tags.Concat(other._tags));

    /// <summary>Reads a comma list as the seed's users write it; blanks around a tag do not count.</summary>
    public static Result<TagSet> Parse(string field, string list) => Create(field, list.Split(','));

    /// <summary>Makes a set, or says which tag is wrong. A null, which a JSON array may hold, counts as an empty tag.</summary>
    public static Result<TagSet> Create(string field, IEnumerable<string?> tags) => Stored(field, tags).Then<TagSet>(set =>
        set.FirstOrDefault(PreviewTag.Is) is { } preview
            ? Problem.Invalid(field, $"holds \"{preview}\". Tags that end with {PreviewTag.Suffix} lead to the side of a group that does not serve, and cannot be given. Choose another.")
            : set);

    /// <summary>A set that has been checked once: what was stored before a tag became reserved can still be read.</summary>
    internal static Result<TagSet> Stored(string field, IEnumerable<string?> tags)
    {
        var sorted = tags.Select(tag => tag?.Trim() ?? "").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToImmutableArray();
        if (sorted.Length == 0 || sorted.Contains(""))
            return Problem.Invalid(field, "holds an empty tag. Give one or more tags, separated by single commas, such as \"group1,read\".");
        if (sorted.Length > MaxTags)
            return Problem.Invalid(field, $"holds {sorted.Length} tags. At most {MaxTags} are allowed.");
        if (sorted.FirstOrDefault(tag => tag.Length > MaxLength) is { } tooLong)
            return Problem.Invalid(field, $"holds a tag of {tooLong.Length} characters. At most {MaxLength} are allowed.");
        if (sorted.Any(tag => tag.Contains(',') || tag.Any(char.IsControl)))
            return Problem.Invalid(field, "holds a comma or a control character inside a tag. Remove it.");
        return new TagSet(sorted);
    }

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator() => ((IEnumerable<string>)_tags).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public bool Equals(TagSet? other) => other is not null && _tags.SequenceEqual(other._tags);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TagSet);

    /// <inheritdoc/>
    public override int GetHashCode() => _tags.Aggregate(0, HashCode.Combine);

    /// <summary>The comma list.</summary>
    public override string ToString() => string.Join(",", _tags);
}

/// <summary>Writes a set of tags as an array of strings.</summary>
public sealed class TagSetJson : JsonConverter<TagSet>
{
    /// <inheritdoc/>
    public override TagSet Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var tags = new List<string>();
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new JsonException("tags must be an array of strings, such as [\"group1\"].");
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
            tags.Add(reader.GetString()!);
        if (reader.TokenType != JsonTokenType.EndArray)
            throw new JsonException("tags must be an array of strings, such as [\"group1\"].");
        return TagSet.Stored("tags", tags).Is(out var set, out var problem) ? set : throw new JsonException(problem.Detail);
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TagSet value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var tag in value)
            writer.WriteStringValue(tag);
        writer.WriteEndArray();
    }
}
