using Azure;
using Azure.Core;

namespace ControlPlane.Infra.AzureTables.Client;

/// <summary>Where a page ended: the two keys of the service, opaque, with a space between them.</summary>
internal static class QueryContinuation
{
    public static string? Read(Response response)
    {
        if (!response.Headers.TryGetValue("x-ms-continuation-NextPartitionKey", out var partition))
            return null;
        return response.Headers.TryGetValue("x-ms-continuation-NextRowKey", out var row) ? $"{partition} {row}" : partition;
    }

    public static void Write(RequestUriBuilder uri, string? continuation)
    {
        if (continuation is null)
            return;
        var keys = continuation.Split(' ', 2);
        uri.AppendQuery("NextPartitionKey", keys[0]);
        if (keys.Length > 1)
            uri.AppendQuery("NextRowKey", keys[1]);
    }
}
