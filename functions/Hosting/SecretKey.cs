using System.Security.Cryptography;
using System.Text;

namespace ControlPlane.Functions.Hosting;

/// <summary>
/// The one secret of a control plane, from which others are derived: passwords of engines' accounts, and the key that
/// signs reports. On a single machine it lies beside the state; under the Functions host it is an app setting.
/// </summary>
internal static class SecretKey
{
    public const string Variable = "CONTROLPLANE_SECRET_KEY";
    private const int Bytes = 32;

    /// <summary>Reads the key of a state, or makes one.</summary>
    /// <exception cref="StartException">It cannot be read, or others can read it.</exception>
    public static byte[] OfFolder(string folder)
    {
        var path = Path.Combine(folder, "secret.key");
        if (!File.Exists(path))
            Make(folder, path);
        return PrivateFile.Read("secret key", path, lines => Parse(string.Concat(lines)));
    }

    /// <summary>Reads the key of the app's settings; empty when there is none.</summary>
    /// <exception cref="StartException">It is no key.</exception>
    public static byte[] OfSettings() => AppSecret.Read(Variable, [], Parse);

    /// <summary>Written beside and moved into place, so that it is there whole or not at all.</summary>
    private static void Make(string folder, string path)
    {
        Directory.CreateDirectory(folder);
        var beside = $"{path}.{Environment.ProcessId}";
        File.Delete(beside);
        using (var file = new FileStream(beside, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            file.Write(Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(2 * Bytes, lowercase: true)));
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, path);
    }

    private static byte[] Parse(string text) => text.Length == 2 * Bytes && text.All(char.IsAsciiHexDigit)
        ? Convert.FromHexString(text)
        : throw new FormatException($"it must be {2 * Bytes} hexadecimal digits, as openssl rand -hex {Bytes} prints them");
}
