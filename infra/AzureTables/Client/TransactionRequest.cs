using System.Buffers;
using System.Text;

namespace ControlPlane.Infra.AzureTables.Client;

/// <summary>
/// A transaction as one multipart request with one change set.
/// Source: learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions.
/// </summary>
internal static class TransactionRequest
{
    // A fixed boundary is safe: every part is JSON on one line, and no line of it can begin with two hyphens.
    public const string ContentType = "multipart/mixed; boundary=batch";

    private const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>Writes the request. It carries no credential: that is the business of the request around it.</summary>
    /// <exception cref="ArgumentException">It is larger than the 4 MiB that the service takes.</exception>
    public static ReadOnlyMemory<byte> Write(Uri service, IEnumerable<EntityOperation> operations)
    {
        var buffer = new ArrayBufferWriter<byte>();
        Text(buffer, "--batch\r\nContent-Type: multipart/mixed; boundary=changeset\r\n\r\n");
        foreach (var operation in operations)
            Write(buffer, service, operation);
        Text(buffer, "--changeset--\r\n--batch--\r\n");
        if (buffer.WrittenCount > MaxBytes)
        {
            throw new ArgumentException(
                $"A transaction of Azure Table Storage has at most {MaxBytes:N0} bytes, this one has {buffer.WrittenCount:N0}.",
                nameof(operations));
        }

        return buffer.WrittenMemory;
    }

    private static void Write(ArrayBufferWriter<byte> buffer, Uri service, EntityOperation operation)
    {
        Text(buffer, "--changeset\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n");
        Text(buffer, $"{operation.Method} {service.AbsoluteUri}{operation.Path} HTTP/1.1\r\n");
        Text(buffer, "Accept: application/json;odata=minimalmetadata\r\nDataServiceVersion: 3.0\r\nPrefer: return-no-content\r\n");
        if (operation.IfMatch is { } ifMatch)
            Text(buffer, $"If-Match: {ifMatch}\r\n");
        if (operation.Json is { } json)
        {
            Text(buffer, "Content-Type: application/json\r\n\r\n");
            buffer.Write(json.Span);
        }

        Text(buffer, "\r\n\r\n");
    }

    private static void Text(ArrayBufferWriter<byte> buffer, string text) => Encoding.UTF8.GetBytes(text, buffer);
}
