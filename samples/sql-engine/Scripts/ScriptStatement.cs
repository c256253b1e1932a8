namespace SqlEngine.Scripts;

/// <summary>One statement of a script.</summary>
internal sealed record ScriptStatement
{
    /// <summary>Its place in the script, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>Where it starts in the script, in characters from 0.</summary>
    public required int Start { get; init; }

    /// <summary>The SQL that the database gets: without the semicolon, and without an <c>as t</c> that is no SQL.</summary>
    public required string Sql { get; init; }

    /// <summary>True when it answers rows that can be the script's answer.</summary>
    public required bool IsQuery { get; init; }

    /// <summary>True when its first word is one that only reads.</summary>
    public required bool BeginsToRead { get; init; }

    /// <summary>The temp table that takes the rows of a query written as <c>select ... as t</c>; else null.</summary>
    public string? Table { get; init; }
}
