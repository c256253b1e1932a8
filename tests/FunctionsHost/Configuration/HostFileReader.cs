using System.Globalization;
using System.Text.RegularExpressions;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace ControlPlane.FunctionsHost.Configuration;

/// <summary>Reads host.json. Source: functions-custom-handler, section 2.</summary>
internal sealed partial class HostFileReader(string root, List<string> faults)
{
    private const string Unlimited = "-1";

    public HostConfiguration Read()
    {
        var host = Parse();
        var handler = Section(host, "customHandler");
        var description = handler is null ? null : Section(handler, "description");
        var durable = host["extensions"]?["durableTask"] as JObject;
        return new HostConfiguration
        {
            Root = root,
            Executable = Executable(description),
            WorkingDirectory = Path.GetFullPath((string?)description?["workingDirectory"] ?? "", root),
            Arguments = [.. Arguments(description, "arguments"), .. Arguments(description, "workerArguments")],
            ForwardsRequests = (bool?)handler?["enableForwardingHttpRequest"] ?? false,
            ProxiesRequests = (bool?)handler?["enableProxyingHttpRequest"] ?? false,
            InitializationTimeout = Duration((string?)handler?["initializationTimeout"], "customHandler.initializationTimeout") ?? TimeSpan.FromSeconds(30),
            FunctionTimeout = FunctionTimeout((string?)host["functionTimeout"]),
            RoutePrefix = ((string?)host["extensions"]?["http"]?["routePrefix"] ?? "api").Trim('/'),
            TaskHub = TaskHub(durable),
        };
    }

    /// <summary>Whether host.json names an extension bundle.</summary>
    public bool HasBundle() => Parse()["extensionBundle"] is JObject bundle
        && (string?)bundle["id"] is { Length: > 0 } && (string?)bundle["version"] is { Length: > 0 };

    private JObject Parse()
    {
        var path = Path.Combine(root, "host.json");
        if (!File.Exists(path))
        {
            faults.Add("host.json: is missing at the root.");
            return [];
        }

        try
        {
            var host = JObject.Parse(File.ReadAllText(path));
            if ((string?)host["version"] != "2.0")
                faults.Add("host.json: version must be \"2.0\".");
            return host;
        }
        catch (JsonException fault)
        {
            faults.Add($"host.json: {fault.Message}");
            return [];
        }
    }

    private JObject? Section(JObject parent, string name)
    {
        if (parent[name] is JObject section)
            return section;
        faults.Add($"host.json: the section {name} is missing.");
        return null;
    }

    private string Executable(JObject? description)
    {
        var path = (string?)description?["defaultExecutablePath"];
        if (string.IsNullOrEmpty(path))
        {
            faults.Add("host.json: customHandler.description.defaultExecutablePath must not be empty.");
            return "";
        }

        var besides = Path.GetFullPath(path, root);
        if (!File.Exists(besides))
        {
            if (!IsOnPath(path))
                faults.Add($"host.json: defaultExecutablePath \"{path}\" is neither a file under the root nor on the PATH.");
            return path;
        }

        // Only Linux Consumption and Flex set the bit themselves, and they only try.
        if (!File.GetUnixFileMode(besides).HasFlag(UnixFileMode.UserExecute))
            faults.Add($"{path}: is not executable.");
        return besides;
    }

    private static bool IsOnPath(string command) => !command.Contains('/')
        && (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, command)));

    private static IEnumerable<string> Arguments(JObject? description, string name) =>
        description?[name] is JArray list ? list.Select(argument => (string)argument!) : [];

    private TimeSpan? FunctionTimeout(string? text) => text switch
    {
        null => TimeSpan.FromMinutes(30),
        Unlimited => null,
        _ => Duration(text, "functionTimeout"),
    };

    private TimeSpan? Duration(string? text, string name)
    {
        if (text is null)
            return null;
        if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var duration) && duration > TimeSpan.Zero)
            return duration;
        faults.Add($"host.json: {name} is \"{text}\" and must be a time span above zero.");
        return null;
    }

    private string TaskHub(JObject? durable)
    {
        if ((bool?)durable?["extendedSessionsEnabled"] == true)
            faults.Add("host.json: durableTask.extendedSessionsEnabled must be off for custom handlers.");
        var hub = (string?)durable?["hubName"] ?? "TestHubName";
        if (!HubName().IsMatch(hub))
            faults.Add($"host.json: durableTask.hubName \"{hub}\" must be 3 to 45 letters and digits, the first a letter.");
        return hub;
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]{2,44}$")]
    private static partial Regex HubName();
}
