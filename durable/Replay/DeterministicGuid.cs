using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ControlPlane.Durable.Replay;

/// <summary>
/// Ids that come out the same on every replay: UUID version 5 (RFC 9562 section 5.5) of instance, time and count, in
/// the namespace and with the name that the .NET SDK of Durable Task uses.
/// </summary>
internal static class DeterministicGuid
{
    private static readonly Guid Namespace = new("9e952958-5e33-4daf-827f-2fa12937b875");

    public static Guid Create(string instanceId, DateTimeOffset now, int count)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{instanceId}_{now.UtcDateTime:O}_{count}");
        var bytes = new byte[16 + Encoding.UTF8.GetByteCount(name)];
        Namespace.TryWriteBytes(bytes, bigEndian: true, out _);
        Encoding.UTF8.GetBytes(name, bytes.AsSpan(16));
        return FromHash(Hash(bytes));
    }

    // RFC 9562 prescribes SHA-1 for version 5; nothing here rests on its strength.
#pragma warning disable CA5350
    private static byte[] Hash(byte[] bytes) => SHA1.HashData(bytes);
#pragma warning restore CA5350

    private static Guid FromHash(Span<byte> hash)
    {
        var high = BinaryPrimitives.ReadUInt16BigEndian(hash[6..]);
        BinaryPrimitives.WriteUInt16BigEndian(hash[6..], (ushort)((high & 0x0FFF) | 0x5000));
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
