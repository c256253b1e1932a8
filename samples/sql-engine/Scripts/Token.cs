namespace SqlEngine.Scripts;

/// <summary>A piece of a script. <paramref name="Depth"/> counts the parentheses open around it.</summary>
internal readonly record struct Token(TokenKind Kind, string Script, int Start, int End, int Depth)
{
    public ReadOnlySpan<char> Span => Script.AsSpan(Start, End - Start);

    public bool IsName => Kind is TokenKind.Word or TokenKind.QuotedName;

    public bool Is(string word) => Kind is TokenKind.Word or TokenKind.Other && Span.Equals(word, StringComparison.OrdinalIgnoreCase);

    public bool IsAny(params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (Is(word))
                return true;
        }

        return false;
    }

    /// <summary>The name without its quotes.</summary>
    public string Unquoted()
    {
        if (Kind != TokenKind.QuotedName || Span.Length < 2)
            return Span.ToString();
        var quote = Span[0].ToString();
        var inner = Span[1..^1].ToString();
        return quote == "[" ? inner : inner.Replace(quote + quote, quote, StringComparison.Ordinal);
    }
}
