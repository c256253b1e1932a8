using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using ControlPlane.Core.Problems;

namespace ControlPlane.Core.Pools;

/// <summary>
/// The rules for a machine's fields, for whoever takes it in and for whoever connects to it. The fields come from people,
/// and some become arguments of the ssh client, which reads meanings of its own into a leading dash, a percent sign and the
/// like. Source: ssh(1), ssh_config(5).
/// </summary>
public static partial class SshHostRules
{
    private const int MaxPathLength = 4096;

    /// <summary>Everything that is wrong with a machine, by the seed's names of the fields; empty when nothing is.</summary>
    public static IReadOnlyList<FieldError> Check(SshHost host)
    {
        var errors = new List<FieldError>();
        Add("ip", AddressFault(host.Ip));
        Add("port", host.Port is < 1 or > 65535 ? $"is {host.Port}. Give a port from 1 to 65535." : null);
        Add("keyPath", KeyPathFault(host.KeyPath));
        Add("loginUser", host.LoginUser.Length == 0 ? "is missing. Give the user who logs in." : UserFault(host.LoginUser));
        Add("executeUser", host.ExecuteUser is { } user ? UserFault(user) : null);
        Add("sparkHome", NulFault(host.SparkHome));
        Add("mlsqlHome", NulFault(host.MlsqlHome));
        Add("mlsqlConfig", ConfigFault(host.MlsqlConfig));
        Add("hostKey", host.HostKey is { } key && !PublicKey().IsMatch(key) ? "is no public key. Write its kind and its text in one line, such as ssh-ed25519 AAAA..." : null);
        return errors;

        void Add(string field, string? fault)
        {
            if (fault is not null)
                errors.Add(new(field, fault));
        }
    }

    private static string? AddressFault(string address)
    {
        if (address.Length == 0)
            return "is missing. Give an IP address or a host name.";
        var isAddress = address.Contains(':') ? IsIpv6(address) : HostName().IsMatch(address);
        return isAddress ? null : $"is \"{address}\", neither an IP address nor a host name. Write it without a port, a user or blanks.";
    }

    /// <summary>Without what else is read as one: a zone, brackets, the length of a prefix.</summary>
    private static bool IsIpv6(string address) =>
        address.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.') && IPAddress.TryParse(address, out var ip) && ip.AddressFamily == AddressFamily.InterNetworkV6;

    /// <summary>ssh_config(5) gives percent signs, <c>${}</c>, <c>~</c> and quotes in file names a meaning.</summary>
    private static string? KeyPathFault(string path)
    {
        if (path.Length == 0)
            return "is missing. Give the path of the private key's file on the control plane's machine.";
        if (path.Length > MaxPathLength || path != path.Trim() || path.Any(c => char.IsControl(c) || c is '"' or '\\' or '%' or '$'))
            return $"has more than {MaxPathLength} characters, blanks at an end, or one of \" \\ % $ and line ends. Give the file another name.";
        return path[0] is '-' or '~' ? $"begins with {path[0]}. Write the whole path, or ./ before it." : null;
    }

    private static string? UserFault(string user) => UserName().IsMatch(user)
        ? null
        : $"is \"{user}\", no user name. At most 64 of the characters A-Z a-z 0-9 _ - . are allowed, and the first is a letter or _.";

    /// <summary>No process can be given a NUL in an argument or a variable.</summary>
    private static string? NulFault(string? text) => HasNul(text) ? "holds a NUL character. Leave it out." : null;

    private static bool HasNul(string? text) => text?.Contains('\0') == true;

    private static string? ConfigFault(IReadOnlyDictionary<string, string> config)
    {
        if (config.Any(pair => pair.Key.Length == 0 || pair.Value is null || HasNul(pair.Key) || HasNul(pair.Value)))
            return "holds an empty name, a null or a NUL character. Give names and values that are text.";
        return config.TryGetValue(HostSpec.PortKey, out var port) && !IsPort(port)
            ? $"has the {HostSpec.PortKey} \"{port}\". Give a port from 1 to 65535."
            : null;
    }

    private static bool IsPort(string text) => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0;

    [GeneratedRegex(@"\A[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?\z")]
    private static partial Regex HostName();

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_.-]{0,63}\z")]
    private static partial Regex UserName();

    // The text becomes a line of a known_hosts file: a line end in it would be another line, with a key of anybody's.
    [GeneratedRegex(@"\A[a-z][a-z0-9@.-]* [A-Za-z0-9+/]+={0,3}( [^\p{C}]*)?\z")]
    private static partial Regex PublicKey();
}
