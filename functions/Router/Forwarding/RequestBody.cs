using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>Sends the body of a request to the backend: with the head when it is small and there, else as it arrives.</summary>
internal static class RequestBody
{
    private const int LongestWhole = 16 * 1024;
    private const int PieceSize = 32 * 1024;

    // The size of a chunk as four hexadecimal digits, its line end, and that of its data.
    private const int SizeLine = 6;
    private const int ChunkOverhead = SizeLine + 2;

    /// <summary>Appends the whole body to the head; false, with nothing consumed, when it is to be pumped.</summary>
    public static bool TryAppendWhole(RequestBuffer buffer, PipeReader body, RequestFraming framing)
    {
        if (!framing.HasBody)
            return true;
        if (framing.IsChunked || framing.Length > LongestWhole || !body.TryRead(out var read))
            return false;

        var isWhole = read.Buffer.Length == framing.Length;
        if (isWhole)
            read.Buffer.CopyTo(buffer.Take((int)read.Buffer.Length));
        body.AdvanceTo(isWhole ? read.Buffer.End : read.Buffer.Start);
        return isWhole;
    }

    /// <summary>Sends the body as it arrives. When the client's side fails, the connection is aborted and says why.</summary>
    /// <returns>True when all of it was sent; false when it was stopped, or the backend takes no more.</returns>
    public static async Task<bool> PumpAsync(PipeReader body, RequestFraming framing, UpstreamConnection connection, Upstream upstream)
    {
        var piece = ArrayPool<byte>.Shared.Rent(PieceSize);
        var rest = framing.Length ?? long.MaxValue;
        try
        {
            while (await ReadAsync(body, connection) is { IsCanceled: false } read)
            {
                var bytes = read.Buffer;
                rest -= bytes.Length;
                connection.ExpectWithin(upstream.BodyIdleTicks);
                var isSent = rest >= 0 && await TrySendAsync(bytes, framing, connection, piece);
                body.AdvanceTo(bytes.End);
                if (!isSent || read.IsCompleted)
                    return isSent && await TryEndAsync(rest, framing, connection, upstream);
            }

            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    private static async ValueTask<ReadResult?> ReadAsync(PipeReader body, UpstreamConnection connection)
    {
        try
        {
            return await body.ReadAsync();
        }
        catch (BadHttpRequestException)
        {
            connection.Abort(AbortCause.BadRequest);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            connection.Abort(AbortCause.ClientGone);
        }

        return null;
    }

    // A backend that takes no more may have answered already: its answer decides, so this failure is not the end.
    private static async ValueTask<bool> TrySendAsync(
        ReadOnlySequence<byte> bytes, RequestFraming framing, UpstreamConnection connection, byte[] piece)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                var part = bytes.Slice(0, Math.Min(bytes.Length, PieceSize - ChunkOverhead));
                await connection.SendAsync(piece.AsMemory(0, Frame(part, framing.IsChunked, piece)));
                bytes = bytes.Slice(part.End);
            }

            return true;
        }
        catch (Exception failure) when (failure is SocketException or IOException or ObjectDisposedException)
        {
            return false;
        }
    }

    private static int Frame(ReadOnlySequence<byte> part, bool isChunked, Span<byte> piece)
    {
        var length = (int)part.Length;
        if (!isChunked)
        {
            part.CopyTo(piece);
            return length;
        }

        Utf8Formatter.TryFormat(length, piece, out _, new StandardFormat('x', 4));
        "\r\n"u8.CopyTo(piece[4..]);
        part.CopyTo(piece[SizeLine..]);
        "\r\n"u8.CopyTo(piece[(SizeLine + length)..]);
        return length + ChunkOverhead;
    }

    private static async ValueTask<bool> TryEndAsync(
        long rest, RequestFraming framing, UpstreamConnection connection, Upstream upstream)
    {
        if (!framing.IsChunked && rest != 0)
        {
            connection.Abort(AbortCause.BadRequest);
            return false;
        }

        if (!connection.HasAnswered)
            connection.ExpectWithin(upstream.ResponseTicks);
        return !framing.IsChunked || await TrySendLastChunkAsync(connection);
    }

    private static async ValueTask<bool> TrySendLastChunkAsync(UpstreamConnection connection)
    {
        try
        {
            await connection.SendAsync("0\r\n\r\n"u8.ToArray());
            return true;
        }
        catch (Exception failure) when (failure is SocketException or IOException or ObjectDisposedException)
        {
            return false;
        }
    }
}
