using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using ControlPlane.Core.Problems;

namespace ControlPlane.Core.Pools;

/// <summary>What a user says of a machine, before any check.</summary>
public sealed partial record HostSpec
{
    /// <summary>The key of <see cref="MlsqlConfig"/> that says where the instance serves.</summary>
    public const string PortKey = "streaming.driver.port";

    private const int MaxPathLength = 4096;

    /// <summary>See <see cref="SshHost.Ip"/>; required.</summary>
    public string? Ip { get; init; }

    /// <summary>See <see cref="SshHost.Port"/>; 22 when left out.</summary>
    public int? Port { get; init; }

    /// <summary>See <see cref="SshHost.KeyPath"/>; required for a new slot. It is never shown, so it may be left out when a slot is changed.</summary>
    public string? KeyPath { get; init; }

    /// <summary>See <see cref="SshHost.LoginUser"/>; required.</summary>
    public string? LoginUser { get; init; }

    /// <summary>See <see cref="SshHost.ExecuteUser"/>; the login user when left out.</summary>
    public string? ExecuteUser { get; init; }

    /// <summary>See <see cref="SshHost.SparkHome"/>.</summary>
    public string? SparkHome { get; init; }

    /// <summary>See <see cref="SshHost.MlsqlHome"/>.</summary>
    public string? MlsqlHome { get; init; }

    /// <summary>See <see cref="SshHost.MlsqlConfig"/>; required, with the port at which the instance serves.</summary>
    public IReadOnlyDictionary<string, string>? MlsqlConfig { get; init; }

    /// <summary>See <see cref="SshHost.HostKey"/>.</summary>
    public string? HostKey { get; init; }

    /// <summary>Checks every field. None of them reaches a shell, and they are held to what they can be all the same.</summary>
    /// <param name="prefix">What stands before the names of fields in errors.</param>
    /// <param name="slot">The slot's name.</param>
    /// <param name="before">The machine that the slot has had; null when it is new.</param>
    /// <param name="errors">Takes what is wrong.</param>
    public SshHost Validate(string prefix, string slot, SshHost? before, List<FieldError> errors)
    {
        var keyPath = string.IsNullOrEmpty(KeyPath) ? before?.KeyPath : KeyPath;
        Check("ip", AddressFault(Ip));
        Check("port", Port is < 1 or > 65535 ? $"is {Port}. Give a port from 1 to 65535." : null);
        Check("keyPath", keyPath is null ? "is missing. Give the path of the private key's file on the control plane's machine." : PathFault(keyPath));
        Check("loginUser", string.IsNullOrEmpty(LoginUser) ? "is missing. Give the user who logs in." : UserFault(LoginUser));
        Check("executeUser", UserFault(ExecuteUser));
        Check("sparkHome", FolderFault(SparkHome));
        Check("mlsqlHome", FolderFault(MlsqlHome));
        Check("mlsqlConfig", ConfigFault(MlsqlConfig));
        Check("hostKey", HostKey is { Length: > 0 } key && !PublicKey().IsMatch(key) ? "is no public key. Write its kind and its text, such as ssh-ed25519 AAAA..." : null);
        return new SshHost
        {
            Name = slot,
            Ip = Ip ?? "",
            Port = Port ?? 22,
            KeyPath = keyPath ?? "",
            LoginUser = LoginUser ?? "",
            ExecuteUser = NullIfEmpty(ExecuteUser),
            SparkHome = NullIfEmpty(SparkHome),
            MlsqlHome = NullIfEmpty(MlsqlHome),
            MlsqlConfig = MlsqlConfig ?? new Dictionary<string, string>(),
            HostKey = NullIfEmpty(HostKey),
        };

        void Check(string field, string? fault)
        {
            if (fault is not null)
                errors.Add(new(prefix + field, fault));
        }
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static string? AddressFault(string? address)
    {
        if (string.IsNullOrEmpty(address))
            return "is missing. Give an IP address or a host name.";
        var isAddress = address.Contains(':')
            ? IPAddress.TryParse(address, out var ip) && ip.AddressFamily == AddressFamily.InterNetworkV6 && !address.Contains('[') && !address.Contains('%')
            : HostName().IsMatch(address);
        return isAddress ? null : "is neither an IP address nor a host name. Write it without a port, a user or blanks.";
    }

    private static string? UserFault(string? user) => string.IsNullOrEmpty(user) || UserName().IsMatch(user)
        ? null
        : "is no user name. At most 32 of the characters a-z 0-9 _ - are allowed, and the first is a letter or _.";

    private static string? PathFault(string path)
    {
        if (path.Any(char.IsControl) || path.Length > MaxPathLength)
            return $"holds a control character, or has more than {MaxPathLength} characters.";
        return path[0] == '-' ? "begins with a hyphen. Write ./ before it." : null;
    }

    private static string? FolderFault(string? path) => string.IsNullOrEmpty(path) || path[0] == '/'
        ? string.IsNullOrEmpty(path) ? null : PathFault(path)
        : "is no absolute path. It is on the other machine, so begin it with a slash.";

    private static string? ConfigFault(IReadOnlyDictionary<string, string>? config)
    {
        if (config is null)
            return $"is missing. Give a JSON object of strings with {PortKey}, the port at which the instance serves.";
        if (config.Any(pair => pair.Key.Length == 0 || pair.Value is null || pair.Key.Concat(pair.Value).Any(char.IsControl)))
            return "holds an empty name, a null or a control character. Give names and values that are text of one line.";
        if (!config.TryGetValue(PortKey, out var port))
            return $"has no {PortKey}. Add the port at which the instance serves, such as \"9003\".";
        return int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 65535
            ? null
            : $"has the {PortKey} \"{port}\". Give a port from 1 to 65535.";
    }

    [GeneratedRegex(@"\A[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?\z")]
    private static partial Regex HostName();

    [GeneratedRegex(@"\A[a-z_][a-z0-9_-]{0,31}\z")]
    private static partial Regex UserName();

    [GeneratedRegex(@"\A(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]+={0,3}\z")]
    private static partial Regex PublicKey();
}
