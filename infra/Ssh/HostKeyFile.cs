using System.Security.Cryptography;
using System.Text;

namespace ControlPlane.Infra.Ssh;

/// <summary>Machines' own public keys as files for the ssh client. Each file is named for its content, so it is written once and never changed.</summary>
internal sealed class HostKeyFile(string folder)
{
    /// <summary>The name under which the client looks the key up, whatever the machine's address is.</summary>
    public const string Alias = "controlplane-host";

    /// <summary>The known_hosts file that holds this key and no other.</summary>
    public string Write(string hostKey)
    {
        var parts = hostKey.Split(' ');
        var line = $"{Alias} {parts[0]} {parts[1]}\n";
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(line)));
        var file = Path.Combine(Directory.CreateDirectory(folder).FullName, $"key-{digest}");
        if (File.Exists(file))
            return file;
        // Two calls may do this at once: each has a file of its own, and either is the right one.
        var written = Path.Combine(folder, Path.GetRandomFileName());
        File.WriteAllText(written, line);
        File.Move(written, file, overwrite: true);
        return file;
    }
}
