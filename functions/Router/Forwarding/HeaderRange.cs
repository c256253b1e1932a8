namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>Where one header of an answer lies in the bytes received: its name, and its value without outer blanks.</summary>
internal readonly record struct HeaderRange(int NameStart, int NameLength, int ValueStart, int ValueLength)
{
    /// <summary>The name, out of the bytes that the head was read from.</summary>
    public ReadOnlySpan<byte> Name(ReadOnlySpan<byte> head) => head.Slice(NameStart, NameLength);

    /// <summary>The value, out of the bytes that the head was read from.</summary>
    public ReadOnlySpan<byte> Value(ReadOnlySpan<byte> head) => head.Slice(ValueStart, ValueLength);
}
