using System.Buffers.Binary;
using System.Net;
using Google.Protobuf;

namespace ControlPlane.Functions.CustomHandler;

/// <summary>
/// One unary gRPC call over HTTP/2 without TLS, as the extension takes them on its own machine. Five bytes go before
/// each message: not compressed, and its length. Source: the gRPC over HTTP/2 protocol; durable-protocol, section 9.2.
/// </summary>
internal sealed class SidecarCall(IHttpClientFactory clients, DurableAddresses addresses)
{
    public const string ClientName = "durable-sidecar";

    /// <summary>How long one call may take.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    /// <summary>gRPC's status codes, as far as they matter here.</summary>
    public const int Ok = 0;

    /// <summary>The id of a new instance is in use.</summary>
    public const int AlreadyExists = 6;

    private const int HeadLength = 5;

    /// <summary>Calls a method. The answer is null unless the status is <see cref="Ok"/>.</summary>
    public async Task<(int Status, T? Answer)> SendAsync<T>(string method, IMessage message, MessageParser<T> parser, CancellationToken cancellation)
        where T : class, IMessage<T>
    {
        if (addresses.Current?.SidecarUrl is not { } url)
            throw new DurableUnreachableException("No binding has said where the Durable Functions extension takes gRPC calls.");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{url.TrimEnd('/')}/TaskHubSidecarService/{method}")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(Frame(message)),
        };
        request.Content.Headers.ContentType = new("application/grpc");
        request.Headers.TE.ParseAdd("trailers");
        using var client = clients.CreateClient(ClientName);
        try
        {
            using var response = await client.SendAsync(request, cancellation);
            var body = await response.Content.ReadAsByteArrayAsync(cancellation);
            var status = StatusOf(response);
            return (status, status == Ok ? parser.ParseFrom(Unframe(body)) : null);
        }
        catch (Exception failure) when (failure is HttpRequestException or InvalidProtocolBufferException
            || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new DurableUnreachableException($"The Durable Functions extension cannot be reached at {url}: {failure.Message}");
        }
    }

    private static byte[] Frame(IMessage message)
    {
        var frame = new byte[HeadLength + message.CalculateSize()];
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)(frame.Length - HeadLength));
        message.WriteTo(frame.AsSpan(HeadLength));
        return frame;
    }

    private static ReadOnlySpan<byte> Unframe(byte[] body) => body.Length >= HeadLength && body[0] == 0
        && BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(1)) == body.Length - HeadLength
        ? body.AsSpan(HeadLength)
        : throw new HttpRequestException("its answer is no gRPC message");

    /// <summary>The status stands in a trailer, or in the headers when there is no body.</summary>
    private static int StatusOf(HttpResponseMessage response)
    {
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException($"it answered {(int)response.StatusCode}");
        var values = response.TrailingHeaders.TryGetValues("grpc-status", out var trailing) ? trailing
            : response.Headers.TryGetValues("grpc-status", out var leading) ? leading : [];
        return int.TryParse(values.FirstOrDefault(), out var status) ? status : throw new HttpRequestException("it gave no grpc-status");
    }
}
