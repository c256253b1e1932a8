using ControlPlane.Core.Storage;
using ControlPlane.Infra.AzureTables.Client;

namespace ControlPlane.Infra.AzureTables;

/// <summary>
/// Rows as the service holds them. A body is text of any length up to the row's limit, a property at most 64 KiB of
/// UTF-16, so a body is spread over Body0, Body1 and so on. Beside it lies the id of the transaction that wrote it.
/// </summary>
internal static class StoredEntity
{
    public const string Transaction = "Transaction";

    private const int MaxPropertyLength = 32 * 1024;
    private const int MaxRowBytes = 1024 * 1024;

    /// <exception cref="ArgumentException">The row would be larger than the service takes, or is no well-formed text.</exception>
    public static TableEntity Write(string partition, string row, string body, string transaction)
    {
        if (!WellFormedText.Is(body))
            throw new ArgumentException($"The body of the row '{row}' holds half of a surrogate pair, which no store would give back.", nameof(body));
        var entity = new TableEntity(StorageKey.Escape(partition), StorageKey.Escape(row)) { [Transaction] = transaction };
        var parts = 0;
        for (var start = 0; start < body.Length || parts == 0;)
        {
            var end = End(body, start);
            entity[BodyPart(parts++)] = body[start..end];
            start = end;
        }

        ThrowIfTooLarge(entity, row, body);
        return entity;
    }

    public static Entity Read(TableEntity entity)
    {
        var parts = Enumerable.Range(0, int.MaxValue).Select(part => entity.GetString(BodyPart(part))).TakeWhile(part => part is not null);
        return new(
            StorageKey.Unescape(entity.PartitionKey),
            StorageKey.Unescape(entity.RowKey),
            string.Concat(parts),
            StorageETag.Opaque(entity.ETag),
            entity.Timestamp!.Value);
    }

    private static string BodyPart(int part) => $"Body{part}";

    // Both halves of a surrogate pair stay in one part: apart, neither can be written.
    private static int End(string body, int start)
    {
        var end = Math.Min(start + MaxPropertyLength, body.Length);
        return end < body.Length && char.IsHighSurrogate(body[end - 1]) ? end - 1 : end;
    }

    private static void ThrowIfTooLarge(TableEntity entity, string row, string body)
    {
        var bytes = Bytes(entity);
        if (bytes <= MaxRowBytes)
            return;
        throw new ArgumentException(
            $"The row '{row}' would take {bytes:N0} bytes, and a row of Azure Table Storage has at most 1 MiB ({MaxRowBytes:N0} bytes): "
            + $"its body has {body.Length:N0} characters of two bytes each. Store large values elsewhere and a reference here.",
            nameof(body));
    }

    // 4 bytes, the keys, and for each property 8 bytes, its name and its value, where text is 4 bytes and UTF-16; the
    // timestamp is such a property with a value of 8 bytes.
    // Source: learn.microsoft.com/archive/blogs/avkashchauhan/how-the-size-of-an-entity-is-caclulated-in-windows-azure-table-storage.
    private static int Bytes(TableEntity entity) =>
        4 + (2 * (entity.PartitionKey.Length + entity.RowKey.Length)) + 8 + (2 * "Timestamp".Length) + 8
        + entity.Sum(property => 8 + (2 * property.Key.Length) + 4 + (2 * ((string)property.Value!).Length));
}
