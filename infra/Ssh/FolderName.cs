using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ControlPlane.Infra.Ssh;

/// <summary>
/// A name as part of a path and of a systemd unit's name: letters, digits, dots and dashes stay, every other byte becomes an
/// underscore and two lower-case hex digits. No two names become the same.
/// </summary>
internal static class FolderName
{
    private const int Longest = 100;

    public static string Of(string name)
    {
        var bytes = Encoding.UTF8.GetBytes(name);
        var text = new StringBuilder();
        foreach (var value in bytes)
        {
            if (char.IsAsciiLetterOrDigit((char)value) || value is (byte)'.' or (byte)'-')
                text.Append((char)value);
            else
                text.Append(CultureInfo.InvariantCulture, $"_{value:x2}");
        }

        // An underscore before a capital is in no name that was short enough.
        return text.Length <= Longest ? text.ToString() : $"_L{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
    }
}
