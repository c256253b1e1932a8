using System.CommandLine;
using System.Net;
using ControlPlane.Core.Scaling;
using ControlPlane.Functions.Router;
using ControlPlane.Functions.Signals;
using ControlPlane.Infra.DatabaseFile;

namespace ControlPlane.Functions.Hosting;

/// <summary>The flags of the program.</summary>
internal sealed class CommandLine
{
    private readonly Option<string> _listen = Setting.Text("--listen", "Address and port. Any address but loopback needs keys.", "127.0.0.1:8080");
    private readonly Option<string> _data;
    private readonly Option<string> _profiles = Setting.Text("--profiles", "Folders with your engine profiles, separated by colons.", "");
    private readonly Option<string> _enginePath = Setting.Text("--engine-path", "Folders in which engines' programs are looked for before the PATH, separated by colons.", "");
    private readonly Option<string> _keysFile = Setting.Text("--keys-file", "File with a role (reader, operator, admin) and a key on each line, readable by you alone.", "");
    private readonly Option<string> _signalTokens = Setting.Text("--signal-token-file", "File with an address and a token on each line, for sources of signals below that address; readable by you alone.", "");
    private readonly Option<string> _databases = Setting.Text("--databases-file", "YAML file with the database servers of engines, readable by you alone.", "");
    private readonly Option<int> _localSlots = Setting.Number("--local-slots", "How many instances may run on this machine at once.", 64, 1, 10_000);
    private readonly Option<string> _knownHosts = Setting.Text("--known-hosts", "File with the public keys of machines on which instances are started over ssh.", "~/.ssh/known_hosts");
    private readonly Option<int> _queueLimit = Setting.Number("--queue-limit", "How many requests may wait for the same tags.", 10_000, 0, 1_000_000);
    private readonly Option<double> _queueDeadline = Setting.Number("--queue-deadline", "How many seconds a request waits for a free backend.", 60.0, 0.1, 86_400.0);
    private readonly Option<int> _holdLimit = Setting.Number("--hold-limit", "How many requests may be held while groups switch to another version.", 10_000, 0, 1_000_000);
    private readonly Option<int> _holdMegabytes = Setting.Number("--hold-megabytes", "How many MiB of their bodies may be kept meanwhile.", 64, 0, 65_536);
    private readonly Option<double> _longestPause = Setting.Number(
        "--longest-pause", "For how many seconds a calm group need not be looked at; 0 looks as often as its monitor says.", Calm.LongestPause.TotalSeconds, 0, 3600.0);
    private readonly Option<bool> _keep = Setting.Switch("--keep-instances", "Leave instances on this machine running when stopped; the next start takes them over.");
    private readonly RootCommand _root = new("ControlPlane: knows engine instances, routes requests to them, and scales their groups.");

    /// <param name="dataFolder">The folder of the state unless set.</param>
    public CommandLine(string dataFolder)
    {
        _data = Setting.Text("--data", "Folder of the state.", dataFolder);
        Option[] options =
        [
            _listen, _data, _profiles, _enginePath, _keysFile, _signalTokens, _databases, _localSlots, _knownHosts, _queueLimit, _queueDeadline,
            _holdLimit, _holdMegabytes, _longestPause, _keep,
        ];
        foreach (var option in options)
            _root.Options.Add(option);
    }

    /// <summary>Reads the flags. No options but an exit code when there is nothing to start: help was asked for (0), or a flag is wrong (2).</summary>
    public (ControlPlaneOptions? Options, int ExitCode) Read(string[] args)
    {
        var result = _root.Parse(args);
        if (result.Errors.Count > 0)
        {
            foreach (var error in result.Errors)
                Console.Error.WriteLine(error.Message);
            return (null, ExitCodes.Usage);
        }

        if (result.Action is not null)
            return (null, result.Invoke());
        var (address, port) = ParseListen(result.GetValue(_listen)!);
        var options = new ControlPlaneOptions
        {
            Address = address,
            Port = port,
            DataFolder = result.GetValue(_data)!,
            ProfileFolders = Folders(result.GetValue(_profiles)!),
            EnginePath = Folders(result.GetValue(_enginePath)!),
            LocalSlots = result.GetValue(_localSlots),
            KnownHostsFile = AtHome(result.GetValue(_knownHosts)!),
            LongestPause = TimeSpan.FromSeconds(result.GetValue(_longestPause)),
            KeepsInstances = result.GetValue(_keep),
            Keys = KeysFile.Read(result.GetValue(_keysFile)!),
            Databases = ReadDatabases(result.GetValue(_databases)!),
            SignalTokens = ReadTokens(result.GetValue(_signalTokens)!),
            Router = new RouterOptions
            {
                QueueLimit = result.GetValue(_queueLimit),
                QueueDeadline = TimeSpan.FromSeconds(result.GetValue(_queueDeadline)),
                HoldLimit = result.GetValue(_holdLimit),
                HoldBytes = result.GetValue(_holdMegabytes) * 1024L * 1024,
            },
        };
        return (options, ExitCodes.Ok);
    }

    private static (IPAddress Address, int Port) ParseListen(string text)
    {
        const string localhost = "localhost:";
        var normal = text.StartsWith(localhost, StringComparison.OrdinalIgnoreCase) ? $"127.0.0.1:{text[localhost.Length..]}" : text;
        return IPEndPoint.TryParse(normal, out var endpoint) && normal.LastIndexOf(':') > normal.LastIndexOf(']')
            ? (endpoint.Address, endpoint.Port)
            : throw new StartException($"--listen is \"{text}\". Give an address and a port, such as 127.0.0.1:8080 or [::1]:8080.", ExitCodes.Usage);
    }

    private static SignalTokens ReadTokens(string path) =>
        path.Length == 0 ? SignalTokens.None : PrivateFile.Read("signal token file", path, SignalTokens.Parse);

    private static IReadOnlyList<DatabaseEntry> ReadDatabases(string path) =>
        path.Length == 0 ? [] : PrivateFile.Read("databases file", path, lines => DatabaseList.Parse(string.Join('\n', lines)));

    private static string AtHome(string path) => path.StartsWith("~/", StringComparison.Ordinal)
        ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), path[2..])
        : Path.GetFullPath(path);

    private static string[] Folders(string list) =>
        [.. list.Split(':', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Path.GetFullPath)];
}
