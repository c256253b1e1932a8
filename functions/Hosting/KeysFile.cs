using ControlPlane.Functions.Http;

namespace ControlPlane.Functions.Hosting;

/// <summary>Reads the file of keys. Keys are taken from no flag and no variable: other programs can see both.</summary>
internal static class KeysFile
{
    public static KeyRing Read(string path)
    {
        if (path.Length == 0)
            return KeyRing.Parse([]);
        var keys = PrivateFile.Read("keys file", path, KeyRing.Parse);
        return keys.IsEmpty ? throw new StartException($"The keys file {path} has no key. Write a role and a key on each line.") : keys;
    }
}
