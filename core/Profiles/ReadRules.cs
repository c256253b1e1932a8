namespace ControlPlane.Core.Profiles;

/// <summary>
/// How to tell, before a request is sent, that it only reads: by its method, or by how the text in one of its parameters
/// begins. Whatever is not told apart with certainty is a write, which is only held longer; a write that was taken for a
/// read would be sent to a side that is about to be left.
/// </summary>
public sealed record ReadRules
{
    /// <summary>Methods whose requests never write, such as GET; none unless set.</summary>
    public IReadOnlyList<string> Methods { get; init; } = [];

    /// <summary>The parameter, in the query or the body, that holds the text to look at; null when no text tells.</summary>
    public string? Parameter { get; init; }

    /// <summary>
    /// The first words of texts that only read, such as select, in any case of their letters. Every statement that begins
    /// so must do without writing: with EXPLAIN, for one, PostgreSQL runs what stands behind ANALYZE.
    /// </summary>
    public IReadOnlyList<string> Prefixes { get; init; } = [];

    /// <summary>Whether every request of that method is a read.</summary>
    public bool IsReadMethod(string method) => Methods.Contains(method, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Whether a text only reads: one statement that begins with one of <see cref="Prefixes"/>, after blanks and comments.
    /// A semicolon with anything but blanks behind it counts as a second statement, wherever it stands. A text that holds a
    /// comment which some databases run, or which they end at different places, is no read either.
    /// </summary>
    public bool IsRead(string text)
    {
        var statement = text.AsSpan().TrimEnd();
        if (statement.EndsWith(';'))
            statement = statement[..^1];
        return !statement.Contains(';') && !HoldsRunnableComment(statement) && TrySkipComments(ref statement) && BeginsWithPrefix(statement);
    }

    /// <summary>MySQL runs what stands in such comments. Source: MySQL 8.0 Reference Manual, 11.7; MariaDB writes M first.</summary>
    private static bool HoldsRunnableComment(ReadOnlySpan<char> text) =>
        text.Contains("/*!", StringComparison.Ordinal) || text.Contains("/*M!", StringComparison.OrdinalIgnoreCase);

    /// <summary>False when a comment has no end, or holds the beginning of another: PostgreSQL nests them, SQLite does not.</summary>
    private static bool TrySkipComments(ref ReadOnlySpan<char> text)
    {
        while (true)
        {
            text = text.TrimStart();
            if (text.StartsWith("--", StringComparison.Ordinal))
            {
                var end = text.IndexOfAny('\n', '\r');
                text = end < 0 ? default : text[end..];
            }
            else if (text.StartsWith("/*", StringComparison.Ordinal))
            {
                var end = text[2..].IndexOf("*/", StringComparison.Ordinal);
                if (end < 0 || text.Slice(2, end).Contains("/*", StringComparison.Ordinal))
                    return false;
                text = text[(end + 4)..];
            }
            else
            {
                return true;
            }
        }
    }

    private bool BeginsWithPrefix(ReadOnlySpan<char> text)
    {
        foreach (var prefix in Prefixes)
        {
            if (text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && (text.Length == prefix.Length || !IsPartOfWord(text[prefix.Length])))
                return true;
        }

        return false;
    }

    private static bool IsPartOfWord(char c) => char.IsLetterOrDigit(c) || c is '_' or '$' or '@' or '#' || c > '\x7f';
}
