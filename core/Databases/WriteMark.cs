using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ControlPlane.Core.Databases;

/// <summary>What is kept of a count of writes, small enough to be stored, to tell later how many there were since.</summary>
/// <param name="Since">See <see cref="WriteCounts.Since"/>.</param>
/// <param name="Rows">Rows written in all tables.</param>
/// <param name="Tables">Eight hexadecimal digits for each table with its storage, one after the other.</param>
public sealed record WriteMark(string Since, long Rows, string Tables)
{
    /// <summary>The most tables that are kept.</summary>
    public const int MostTables = 4000;

    private const int Digits = 8;

    /// <summary>Marks a count; null when it has more than <see cref="MostTables"/> tables.</summary>
    /// <param name="counts">The count.</param>
    public static WriteMark? Of(WriteCounts counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        return counts.Tables.Count <= MostTables ? new(counts.Since, counts.Rows, string.Concat(Prints(counts).Order(StringComparer.Ordinal))) : null;
    }

    /// <summary>
    /// Rows written since the mark. Null when nobody can tell: the server has begun to count anew, or a table was dropped,
    /// emptied or replaced, whose writes went with it.
    /// </summary>
    /// <param name="now">The count of now of the same database.</param>
    public long? CountTo(WriteCounts now)
    {
        ArgumentNullException.ThrowIfNull(now);
        return now.Since == Since && Tables.Chunk(Digits).Select(print => new string(print)).ToHashSet(StringComparer.Ordinal).IsSubsetOf(Prints(now))
            ? now.Rows - Rows
            : null;
    }

    private static IEnumerable<string> Prints(WriteCounts counts) => counts.Tables.Select(table =>
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{table.Key}\n{table.Value.Storage}"));
        return BinaryPrimitives.ReadUInt32BigEndian(hash).ToString("x8", CultureInfo.InvariantCulture);
    });
}
