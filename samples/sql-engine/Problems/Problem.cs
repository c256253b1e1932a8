using System.Text.Json.Serialization;

namespace SqlEngine.Problems;

/// <summary>An error as <c>application/problem+json</c> (RFC 9457) with a stable <see cref="Code"/>.</summary>
internal sealed record Problem
{
    public const string ContentType = "application/problem+json";

    public string Type => $"urn:sql-engine:{Code}";

    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    public required string Detail { get; init; }

    /// <summary>What programs look at; never changes its meaning.</summary>
    public required string Code { get; init; }

    /// <summary>The parameter at fault.</summary>
    public string? Field { get; init; }

    /// <summary>The statement that failed, from 1.</summary>
    public int? Statement { get; init; }

    /// <summary>Where in the script it failed, in characters from 0, when the database says so.</summary>
    public int? Position { get; init; }

    /// <summary>SQLite's result code.</summary>
    public int? SqliteCode { get; init; }

    /// <summary>PostgreSQL's SQLSTATE.</summary>
    public string? SqlState { get; init; }

    /// <summary>When it is worth asking again.</summary>
    [JsonIgnore]
    public TimeSpan? RetryAfter { get; init; }
}
