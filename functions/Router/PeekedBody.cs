using System.Buffers;
using System.Runtime.CompilerServices;

namespace ControlPlane.Functions.Router;

/// <summary>The beginning of a request's body, which stays unread for the backend.</summary>
/// <param name="Bytes">What there is, at most the limit; good until <see cref="Leave"/>.</param>
/// <param name="IsWhole">Whether it is all of the body.</param>
internal readonly record struct PeekedBody(ReadOnlySequence<byte> Bytes, bool IsWhole)
{
    /// <summary>Always looks at as much, however the body happens to be cut into pieces, so that the same request goes the same way.</summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">The most bytes to look at. Less than Kestrel buffers of a body, or the look would never end.</param>
    /// <exception cref="BadHttpRequestException">The client sent a malformed body.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<PeekedBody> ReadAsync(HttpRequest request, int limit)
    {
        var reader = request.BodyReader;
        var length = request.ContentLength ?? long.MaxValue;
        while (true)
        {
            // It ends by itself when the client goes.
            var read = await reader.ReadAsync();
            var body = read.Buffer;
            var isWhole = read.IsCompleted || body.Length >= length;
            if (isWhole || body.Length >= limit)
                return body.Length > limit ? new(body.Slice(0, limit), IsWhole: false) : new(body, isWhole);
            reader.AdvanceTo(body.Start, body.End);
        }
    }

    /// <summary>Gives the bytes back, none of them read.</summary>
    public void Leave(HttpRequest request) => request.BodyReader.AdvanceTo(Bytes.Start, Bytes.Start);
}
