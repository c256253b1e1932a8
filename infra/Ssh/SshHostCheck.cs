using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Problems;

namespace ControlPlane.Infra.Ssh;

/// <summary>
/// The rules for a machine's fields. They come from people, and some become arguments of the ssh client, which reads
/// meanings of its own into a leading dash, a percent sign and the like.
/// </summary>
public static partial class SshHostCheck
{
    /// <summary>The setting that says at which port the instance serves.</summary>
    public const string PortSetting = "streaming.driver.port";

    private const string UserRule = "Give a user's name: letters, digits, and the characters - _ . after the first.";
    private const string NulRule = "holds a NUL character.";

    /// <summary>Everything that is wrong with a machine, by the seed's names of the fields; empty when nothing is.</summary>
    public static IReadOnlyList<FieldError> Check(SshHost host)
    {
        var errors = new List<FieldError>();
        Need("ip", IsAddress(host.Ip), $"is \"{host.Ip}\". Give an IP address or a host name.");
        Need("port", host.Port is > 0 and <= ushort.MaxValue, $"is {host.Port}. Give a number from 1 to 65535.");
        Need("keyPath", IsPath(host.KeyPath), "must be the full path of a file, without \", %, $, line ends and blanks at its ends.");
        Need("loginUser", UserName().IsMatch(host.LoginUser), $"is \"{host.LoginUser}\". {UserRule}");
        Need("executeUser", host.ExecuteUser is null || UserName().IsMatch(host.ExecuteUser), $"is \"{host.ExecuteUser}\". {UserRule}");
        Need("hostKey", host.HostKey is null || PublicKey().IsMatch(host.HostKey), "must be a public key such as \"ssh-ed25519 AAAA...\", in one line.");
        Need("sparkHome", IsText(host.SparkHome), NulRule);
        Need("mlsqlHome", IsText(host.MlsqlHome), NulRule);
        Need("mlsqlConfig", host.MlsqlConfig.All(pair => pair.Key.Length > 0 && IsText(pair.Key) && IsText(pair.Value)), "has an empty key, or a NUL character.");
        var port = host.MlsqlConfig.GetValueOrDefault(PortSetting);
        Need($"mlsqlConfig.{PortSetting}", port is null || IsPort(port), $"is \"{port}\". Give a number from 1 to 65535.");
        return errors;

        void Need(string field, bool holds, string message)
        {
            if (!holds)
                errors.Add(new FieldError(field, message));
        }
    }

    /// <summary>No process can be given a NUL in an argument or a variable.</summary>
    internal static bool IsText(string? text) => text?.Contains('\0', StringComparison.Ordinal) != true;

    private static bool IsAddress(string text) =>
        HostName().IsMatch(text) || (text.Contains(':', StringComparison.Ordinal) && !text.Contains('%', StringComparison.Ordinal) && IPAddress.TryParse(text, out _));

    private static bool IsPort(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0;

    /// <summary>ssh_config(5) gives percent signs, <c>${}</c> and quotes in file names a meaning.</summary>
    internal static bool IsPath(string text) =>
        text is ['/', ..] && text == text.Trim() && !text.Any(c => char.IsControl(c) || c is '"' or '\\' or '%' or '$');

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_.-]{0,63}\z")]
    private static partial Regex UserName();

    [GeneratedRegex(@"\A[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?\z")]
    private static partial Regex HostName();

    // The text becomes a line of a known_hosts file: a line end in it would be another line, with a key of anybody's.
    [GeneratedRegex(@"\A[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,2}( [^\p{C}]*)?\z")]
    private static partial Regex PublicKey();
}
