using System.Security.Cryptography;
using System.Text;

namespace ControlPlane.Infra.Postgres;

/// <summary>The name of the publication, the slot and the subscription between two databases.</summary>
internal static class ReplicationLink
{
    /// <summary>The name; the same for the same two.</summary>
    /// <remarks>A slot's name is made of lower-case letters, digits and underscores, and the copy's name can be anything, so it goes in as a hash.</remarks>
    public static string Between(string from, string to) =>
        $"controlplane_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{from}\0{to}")))[..16]}";
}
