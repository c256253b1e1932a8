using ControlPlane.Functions.Http;

namespace ControlPlane.Functions.Hosting;

/// <summary>Reads the file of keys. Keys are taken from no flag and no variable: other programs can see both.</summary>
internal static class KeysFile
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    public static KeyRing Read(string path)
    {
        if (path.Length == 0)
            return KeyRing.Parse([]);
        try
        {
            if ((File.GetUnixFileMode(path) & Others) != 0)
                throw new StartException($"The keys file {path} can be read or written by others. Run: chmod 600 {path}");
            var keys = KeyRing.Parse(File.ReadAllLines(path));
            return keys.IsEmpty ? throw new StartException($"The keys file {path} has no key. Write a role and a key on each line.") : keys;
        }
        catch (FormatException fault)
        {
            throw new StartException($"The keys file {path}: {fault.Message}.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The keys file {path} cannot be read: {failure.Message}");
        }
    }
}
