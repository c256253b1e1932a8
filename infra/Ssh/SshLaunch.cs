using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Profiles;

namespace ControlPlane.Infra.Ssh;

/// <summary>What a profile starts on a machine: where it will serve, and the words that its launcher reads.</summary>
internal sealed class SshLaunch
{
    private const string Options = "${mlsqlConfig.options}";
    private const string Arguments = "${mlsqlConfig.arguments}";
    private const string ArgumentPrefix = "streaming.";
    private const string SparkPrefix = "spark.";

    private readonly SshHost _host;
    private readonly StartOrder _order;
    private readonly SshStart _start;
    private readonly Dictionary<string, string?> _values;
    private readonly List<KeyValuePair<string, string>> _config;

    private SshLaunch(StartOrder order, SshHost host, SshStart start)
    {
        (_host, _order, _start) = (host, order, start);
        var port = PortOf(host, start)
            ?? throw new InstanceFailedException(
                $"Neither the machine {host.Name} nor the profile {order.Profile.Name} says at which port to serve: set {HostSpec.PortKey} in its mlsqlConfig.");
        Url = string.Create(CultureInfo.InvariantCulture, $"http://{(host.Ip.Contains(':', StringComparison.Ordinal) ? $"[{host.Ip}]" : host.Ip)}:{port}");
        _values = new()
        {
            ["name"] = order.Name,
            ["host"] = host.Ip,
            ["port"] = port.ToString(CultureInfo.InvariantCulture),
            ["sparkHome"] = host.SparkHome,
            ["mlsqlHome"] = host.MlsqlHome,
        };
        _config = Settings(_values["port"]!);
        Words = [Ssh.Words.Of(Url), Ssh.Words.Of((int)start.StopGrace.TotalSeconds), .. MainJar(), .. Environment(), .. order.CommandOver(start.Command).SelectMany(Expand)];
    }

    /// <summary>Where the instance will serve.</summary>
    public string Url { get; }

    /// <summary>Url, stop grace in seconds, folder and pattern of the main jar, the number of variables, they, and the command.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>Puts the words together.</summary>
    /// <exception cref="InstanceFailedException">Machine and profile do not fit each other; the message says where.</exception>
    public static SshLaunch Of(StartOrder order, SshHost host)
    {
        var profile = order.Profile;
        var start = profile.Ssh ?? throw new InstanceFailedException($"The profile {profile.Name} has no section \"ssh\" that says how to start it.");
        try
        {
            return new SshLaunch(order, host, start);
        }
        catch (ArgumentException fault)
        {
            throw new InstanceFailedException($"The profile {profile.Name} cannot be started on the machine {host.Name}: {fault.Message}", fault);
        }
    }

    private static int? PortOf(SshHost host, SshStart start) =>
        host.MlsqlConfig.TryGetValue(HostSpec.PortKey, out var port) ? int.Parse(port, NumberStyles.None, CultureInfo.InvariantCulture) : start.Port;

    /// <summary>The profile's settings as words with their placeholders filled, and over them the machine's as they are.</summary>
    private List<KeyValuePair<string, string>> Settings(string port)
    {
        var settings = _start.MlsqlConfig.ToDictionary(pair => pair.Key, pair => Fill(pair.Value), StringComparer.Ordinal);
        settings[HostSpec.PortKey] = Ssh.Words.Bytes(port);
        foreach (var (key, value) in _host.MlsqlConfig)
            settings[key] = Ssh.Words.Bytes(value);
        return [.. settings.OrderBy(pair => pair.Key, StringComparer.Ordinal)];
    }

    private IEnumerable<string> Expand(string element) => element switch
    {
        Options => _config.Where(pair => !pair.Key.StartsWith(ArgumentPrefix, StringComparison.Ordinal)).SelectMany(OptionOf),
        Arguments => _config.Where(pair => pair.Key.StartsWith(ArgumentPrefix, StringComparison.Ordinal))
            .SelectMany(pair => (string[])[Ssh.Words.Of($"-{pair.Key}"), $"={pair.Value}"]),
        _ => [$"={Fill(element)}"],
    };

    /// <summary>spark-submit knows no option of the name of a Spark property: those go behind <c>--conf</c>, each its own.</summary>
    private static string[] OptionOf(KeyValuePair<string, string> setting) => setting.Key.StartsWith(SparkPrefix, StringComparison.Ordinal)
        ? [Ssh.Words.Of("--conf"), $"{Ssh.Words.Of($"{setting.Key}=")}{setting.Value}"]
        : [Ssh.Words.Of($"--{setting.Key}"), $"={setting.Value}"];

    private string[] MainJar()
    {
        if (_start.MainJar is not { } jar)
            return [Ssh.Words.Of(""), Ssh.Words.Of("")];
        var end = jar.LastIndexOf('/');
        return [$"={Fill(jar[..end])}", Ssh.Words.Of(jar[(end + 1)..])];
    }

    private IEnumerable<string> Environment() =>
        [Ssh.Words.Of(_start.Environment.Count), .. _start.Environment.Select(pair => $"{Ssh.Words.Of($"{pair.Key}=")}{Fill(pair.Value)}")];

    /// <summary>All at once: a value that looks like a placeholder itself arrives as it is.</summary>
    private string Fill(string text)
    {
        var filled = new StringBuilder();
        var end = 0;
        foreach (Match match in Placeholder.Pattern.Matches(text))
        {
            filled.Append(Ssh.Words.Bytes(text[end..match.Index])).Append(Replacement(match));
            end = match.Index + match.Length;
        }

        return filled.Append(Ssh.Words.Bytes(text[end..])).ToString();
    }

    private string Replacement(Match match) => match.Groups[1].Value switch
    {
        "dataDir" => Ssh.Words.DataFolder.ToString(),
        "mainJar" when _start.MainJar is not null => Ssh.Words.MainJar.ToString(),
        var key when _values.TryGetValue(key, out var value) => Ssh.Words.Bytes(
            value ?? throw new InstanceFailedException($"The machine {_host.Name} has no {key}, which the profile {_order.Profile.Name} needs.")),
        var key => Ssh.Words.Bytes(_order.ValueOf(key) ?? match.Value),
    };
}
