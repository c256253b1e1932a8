namespace SqlEngine.Scripts;

/// <summary>
/// Cuts a script into tokens by the rules of SQLite's tokenizer (sqlite.org/lang_comment.html, lang_keywords.html):
/// comments and white space separate tokens, quotes escape themselves by doubling, what is never closed runs to the end.
/// </summary>
internal static class Tokenizer
{
    public static IEnumerable<Token> Read(string script)
    {
        var depth = 0;
        for (var at = 0; at < script.Length;)
        {
            if (SkipBlank(script, at) is var next && next > at)
            {
                at = next;
                continue;
            }

            var (kind, end) = ReadOne(script, at);
            if (script[at] == ')')
                depth = Math.Max(0, depth - 1);
            yield return new Token(kind, script, at, end, depth);
            if (script[at] == '(')
                depth++;
            else if (kind == TokenKind.Semicolon)
                depth = 0;
            at = end;
        }
    }

    private static int SkipBlank(string script, int at)
    {
        if (char.IsWhiteSpace(script[at]))
            return at + 1;
        if (StartsWith(script, at, "--"))
            return After(script, at, "\n");
        return StartsWith(script, at, "/*") ? After(script, at + 2, "*/") : at;
    }

    private static (TokenKind Kind, int End) ReadOne(string script, int at) => script[at] switch
    {
        ';' => (TokenKind.Semicolon, at + 1),
        '\'' => (TokenKind.Text, AfterQuote(script, at)),
        '"' or '`' => (TokenKind.QuotedName, AfterQuote(script, at)),
        '[' => (TokenKind.QuotedName, After(script, at, "]")),
        var first when IsWordPart(first) => (char.IsAsciiDigit(first) ? TokenKind.Other : TokenKind.Word, AfterWord(script, at)),
        _ => (TokenKind.Other, at + 1),
    };

    private static int AfterQuote(string script, int at)
    {
        var quote = script[at];
        for (var end = at + 1; end < script.Length; end++)
        {
            if (script[end] != quote)
                continue;
            if (end + 1 == script.Length || script[end + 1] != quote)
                return end + 1;
            end++;
        }

        return script.Length;
    }

    private static int AfterWord(string script, int at)
    {
        while (at < script.Length && IsWordPart(script[at]))
            at++;
        return at;
    }

    private static bool IsWordPart(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '$' or > '\x7f';

    private static int After(string script, int from, string mark)
    {
        var found = script.IndexOf(mark, from, StringComparison.Ordinal);
        return found < 0 ? script.Length : found + mark.Length;
    }

    private static bool StartsWith(string script, int at, string mark) => string.CompareOrdinal(script, at, mark, 0, mark.Length) == 0;
}
