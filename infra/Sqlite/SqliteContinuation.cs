using System.Text;
using System.Text.Json;

namespace ControlPlane.Infra.Sqlite;

/// <summary>Where a page ended, as text that callers hand back unread.</summary>
internal static class SqliteContinuation
{
    public static string Write(params string[] key) => Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(key));

    /// <exception cref="ArgumentException">The text was not made here.</exception>
    public static string[]? Read(string? continuation, int parts)
    {
        if (continuation is null)
            return null;
        try
        {
            var key = JsonSerializer.Deserialize<string[]>(Encoding.UTF8.GetString(Convert.FromBase64String(continuation)));
            if (key?.Length == parts)
                return key;
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            // Falls through to the one answer for everything that is not ours.
        }

        throw new ArgumentException("This continuation was not given out by this store.", nameof(continuation));
    }
}
