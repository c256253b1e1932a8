using System.Runtime.InteropServices;
using System.Text;

namespace ControlPlane.Functions.Router.Forwarding;

/// <summary>
/// Strings for names and values of answers, kept because a backend sends nearly the same headers each time. A small
/// table in which a newer text takes the place of an older one; racing threads at worst make the same string twice.
/// </summary>
internal sealed class HeaderStrings
{
    private const int Size = 256;
    private const int LongestKept = 64;

    private readonly Entry?[] _entries = new Entry?[Size];

    /// <summary>The string whose characters are these bytes (ISO 8859-1).</summary>
    public string Get(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return "";
        if (bytes.Length > LongestKept)
            return Encoding.Latin1.GetString(bytes);

        ref var slot = ref _entries[Hash(bytes) % Size];
        var entry = Volatile.Read(ref slot);
        return entry is not null && bytes.SequenceEqual(entry.Bytes) ? entry.Text : Keep(ref slot, bytes);
    }

    // Kestrel finds well-known names fastest by reference, and its own are literals, so they are interned.
    private static string Keep(ref Entry? slot, ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.Latin1.GetString(bytes);
        var entry = new Entry(bytes.ToArray(), string.IsInterned(text) ?? text);
        Volatile.Write(ref slot, entry);
        return entry.Text;
    }

    private static uint Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = (uint)bytes.Length;
        foreach (var word in MemoryMarshal.Cast<byte, uint>(bytes))
            hash = (hash ^ word) * 0x9E3779B1;
        foreach (var last in bytes[(bytes.Length & ~3)..])
            hash = (hash ^ last) * 0x9E3779B1;
        return hash >> 16;
    }

    private sealed record Entry(byte[] Bytes, string Text);
}
