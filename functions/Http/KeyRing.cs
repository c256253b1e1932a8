using System.Security.Cryptography;
using System.Text;

namespace ControlPlane.Functions.Http;

/// <summary>The keys that callers may show, each with its role. Only their hashes are kept.</summary>
internal sealed class KeyRing
{
    /// <summary>The shortest key. Shorter ones can be guessed.</summary>
    public const int MinLength = 16;

    private readonly List<(byte[] Hash, Role Role)> _keys = [];

    public bool IsEmpty => _keys.Count == 0;

    /// <summary>Reads lines of a role and a key; empty lines and those that begin with # do not count.</summary>
    /// <exception cref="FormatException">A line is neither; the message names its number and never its text.</exception>
    public static KeyRing Parse(IEnumerable<string> lines)
    {
        var ring = new KeyRing();
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            var parts = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length == 0 || parts[0].StartsWith('#'))
                continue;
            if (parts.Length != 2 || !Enum.TryParse<Role>(parts[0], ignoreCase: true, out var role) || role == Role.Anyone || int.TryParse(parts[0], out _))
                throw new FormatException($"line {number} must be a role (reader, operator or admin), a blank and a key");
            if (parts[1].Length < MinLength)
                throw new FormatException($"line {number} has a key of fewer than {MinLength} characters");
            ring._keys.Add((Hash(parts[1]), role));
        }

        return ring;
    }

    /// <summary>The role of a key; null when nobody has it. Takes as long for a wrong key as for a right one.</summary>
    public Role? Find(string key)
    {
        var hash = Hash(key);
        Role? found = null;
        foreach (var (known, role) in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, known))
                found = role;
        }

        return found;
    }

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
