namespace ControlPlane.Infra.Postgres;

/// <summary>Names and text within statements that take no parameters.</summary>
internal static class SqlText
{
    /// <summary>A name, in quotes.</summary>
    public static string Identifier(string name) => $"\"{Whole(name).Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A text, in quotes. Right whatever <c>standard_conforming_strings</c> says: with a backslash it is an escape string.</summary>
    public static string Literal(string text)
    {
        var quoted = Whole(text).Replace("'", "''", StringComparison.Ordinal);
        return quoted.Contains('\\', StringComparison.Ordinal) ? $" E'{quoted.Replace("\\", "\\\\", StringComparison.Ordinal)}'" : $"'{quoted}'";
    }

    // The server would read up to a NUL, and take the rest for nothing.
    private static string Whole(string text) =>
        text.Contains('\0', StringComparison.Ordinal) ? throw new ArgumentException("PostgreSQL's text cannot hold a NUL character.", nameof(text)) : text;
}
