namespace SqlEngine.Scripts;

/// <summary>As much of SQL's lexical grammar as splitting a script needs.</summary>
internal enum TokenKind
{
    /// <summary>A keyword or a bare name.</summary>
    Word,

    /// <summary>A name in double quotes, backticks or brackets.</summary>
    QuotedName,

    /// <summary>A string literal.</summary>
    Text,

    /// <summary>A number, an operator, a parenthesis, a comma, ...</summary>
    Other,

    /// <summary>The end of a statement, outside of a trigger's body.</summary>
    Semicolon,
}
