using System.Buffers.Text;
using System.Text;

namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>The bytes of a request head, and of a small body after it, so that both leave in one write.</summary>
internal sealed class RequestBuffer
{
    private const int InitialCapacity = 4 * 1024;
    private const int KeptCapacity = 16 * 1024;

    private byte[] _bytes = new byte[InitialCapacity];
    private int _length;

    /// <summary>What has been appended since the last reset.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    /// <summary>Empties it, and lets go of a large array.</summary>
    public void Reset()
    {
        _length = 0;
        if (_bytes.Length > KeptCapacity)
            _bytes = new byte[InitialCapacity];
    }

    /// <summary>Appends bytes as they are.</summary>
    public void Append(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    /// <summary>Appends a number in decimal.</summary>
    public void Append(long number)
    {
        const int longest = 20;
        Utf8Formatter.TryFormat(number, Take(longest), out var written);
        _length -= longest - written;
    }

    /// <summary>Appends each character as one byte (ISO 8859-1); false when one does not fit into a byte.</summary>
    public bool TryAppend(ReadOnlySpan<char> text)
    {
        var room = Take(text.Length);
        if (Ascii.FromUtf16(text, room, out _) == System.Buffers.OperationStatus.Done)
            return true;

        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] > byte.MaxValue)
                return false;
            room[i] = (byte)text[i];
        }

        return true;
    }

    /// <summary>Appends <paramref name="length"/> bytes for the caller to fill.</summary>
    public Span<byte> Take(int length)
    {
        if (_bytes.Length - _length < length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + length));
        var room = _bytes.AsSpan(_length, length);
        _length += length;
        return room;
    }
}
