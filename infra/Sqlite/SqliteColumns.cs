using Microsoft.Data.Sqlite;

namespace ControlPlane.Infra.Sqlite;

/// <summary>Reads columns that may be null, and times, which are stored as UTC ticks.</summary>
internal static class SqliteColumns
{
    public static string? GetText(this SqliteDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);

    public static byte[]? GetBytes(this SqliteDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<byte[]>(column);

    public static DateTimeOffset GetTime(this SqliteDataReader reader, int column) => new(reader.GetInt64(column), TimeSpan.Zero);
}
