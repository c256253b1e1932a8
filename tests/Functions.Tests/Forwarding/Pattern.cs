namespace ControlPlane.Functions.Tests.Forwarding;

/// <summary>A stream whose every byte follows from its position.</summary>
internal sealed class Pattern(long length) : Stream
{
    private const long MeasuredEvery = 16L * 1024 * 1024;

    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => _position; set => throw new NotSupportedException(); }

    public static async Task<(long Length, long MostMemory)> CheckAsync(Stream stream)
    {
        var buffer = new byte[64 * 1024];
        long position = 0;
        long most = 0;
        while (await stream.ReadAsync(buffer) is > 0 and var count)
        {
            for (var i = 0; i < count; i++)
            {
                if (buffer[i] != At(position + i))
                    throw new InvalidDataException($"Byte {position + i} differs.");
            }

            if ((position + count) / MeasuredEvery > position / MeasuredEvery)
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true));
            position += count;
        }

        return (position, most);
    }

    public override int Read(Span<byte> buffer)
    {
        var count = (int)Math.Min(buffer.Length, length - _position);
        for (var i = 0; i < count; i++)
            buffer[i] = At(_position + i);
        _position += count;
        return count;
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static byte At(long position) => (byte)((position * 31) ^ (position >> 13));
}
