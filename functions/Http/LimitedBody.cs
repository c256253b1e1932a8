using ControlPlane.Core.Problems;

namespace ControlPlane.Functions.Http;

/// <summary>Reads bodies into memory up to a limit.</summary>
internal static class LimitedBody
{
    public static async Task<Result<byte[]>> ReadAsync(HttpRequest request, int limit, CancellationToken cancellation)
    {
        if (request.ContentLength <= limit || request.ContentLength is null)
        {
            if (await ReadAsync(request.Body, limit, cancellation) is { } body)
                return body;
        }

        return new Problem(ProblemCodes.TooLarge, $"The body is longer than the limit of {limit} bytes. Send a shorter one.");
    }

    /// <summary>Null when the body is longer than the limit.</summary>
    public static async Task<byte[]?> ReadAsync(HttpResponseMessage response, int limit, CancellationToken cancellation) =>
        await ReadAsync(await response.Content.ReadAsStreamAsync(cancellation), limit, cancellation);

    private static async Task<byte[]?> ReadAsync(Stream source, int limit, CancellationToken cancellation)
    {
        using var whole = new MemoryStream();
        var piece = new byte[16 * 1024];
        int read;
        while ((read = await source.ReadAsync(piece, cancellation)) > 0)
        {
            if (whole.Length + read > limit)
                return null;
            whole.Write(piece, 0, read);
        }

        return whole.ToArray();
    }
}
