using System.Globalization;
using ControlPlane.Core.Pools;

namespace ControlPlane.Infra.Ssh;

/// <summary>
/// The ssh client's arguments. No configuration of a user or of the system counts, nothing is asked, nothing is forwarded,
/// and a machine whose key is not known is not spoken with. Source: ssh(1), ssh_config(5).
/// </summary>
internal static class SshArguments
{
    /// <summary>sshd hands this to the login user's shell, whichever that is; what is to be done follows on standard input.</summary>
    public const string Command = "exec /bin/sh -s";

    private static readonly string[] Always =
    [
        "BatchMode=yes",
        "StrictHostKeyChecking=yes",
        "GlobalKnownHostsFile=/dev/null",
        "UpdateHostKeys=no",
        "CheckHostIP=no",
        "VerifyHostKeyDNS=no",
        "IdentitiesOnly=yes",
        "IdentityAgent=none",
        "PreferredAuthentications=publickey",
        "PasswordAuthentication=no",
        "KbdInteractiveAuthentication=no",
        "ConnectionAttempts=1",
        "ServerAliveInterval=5",
        "ServerAliveCountMax=3",
        "ControlMaster=no",
        "ControlPath=none",
        "ForwardAgent=no",
        "ForwardX11=no",
        "ClearAllForwardings=yes",
        "Tunnel=no",
        "PermitLocalCommand=no",
        "ProxyCommand=none",
        "CanonicalizeHostname=no",
        "EscapeChar=none",
        "LogLevel=ERROR",
    ];

    /// <summary>The arguments that connect to a machine whose fields have been checked.</summary>
    /// <param name="host">The machine.</param>
    /// <param name="knownHosts">The file with the keys that count.</param>
    /// <param name="alias">The name to look the machine's key up by; null for its address.</param>
    /// <param name="connectTimeout">How long connecting may take.</param>
    public static IReadOnlyList<string> For(SshHost host, string knownHosts, string? alias, TimeSpan connectTimeout)
    {
        var arguments = new List<string> { "-F", "none", "-T" };
        foreach (var option in Always)
            arguments.AddRange(["-o", option]);
        arguments.AddRange(["-o", string.Create(CultureInfo.InvariantCulture, $"ConnectTimeout={Math.Max(1, (int)connectTimeout.TotalSeconds)}")]);
        arguments.AddRange(["-o", $"UserKnownHostsFile=\"{knownHosts}\""]);
        if (alias is not null)
            arguments.AddRange(["-o", $"HostKeyAlias={alias}"]);

        // Not as -i: a file that is not there would be left out, and the user's own keys take its place.
        arguments.AddRange(["-o", $"IdentityFile=\"{Path.GetFullPath(host.KeyPath)}\""]);
        arguments.AddRange(["-p", host.Port.ToString(CultureInfo.InvariantCulture), "-l", host.LoginUser, "--", host.Ip, Command]);
        return arguments;
    }
}
