namespace ControlPlane.EndToEnd.Machine;

/// <summary>
/// One state of a control plane in a folder of its own, through all its lives. At the end nothing that was started in
/// it is left, whatever the test did.
/// </summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly List<ControlPlaneProcess> _lives = [];
    private readonly Client _client = new();
    private ControlPlaneProcess? _life;

    private Site(string folder) => Folder = folder;

    public string Folder { get; }

    public string DataFolder => Path.Combine(Folder, "data");

    public string ProfilesFolder => Path.Combine(Folder, "profiles");

    public StateFile State => new(Path.Combine(DataFolder, "controlplane.db"));

    /// <summary>The current life.</summary>
    public ControlPlaneProcess Life => _life ?? throw new InvalidOperationException("The control plane has not been started.");

    /// <summary>What users can do with the control plane; goes to whichever life serves now.</summary>
    public Client Client => _client;

    public static Site Make(string name)
    {
        var site = new Site(TestRun.MakeFolder(name));
        Directory.CreateDirectory(site.ProfilesFolder);
        Profiles.Write(site.ProfilesFolder);
        return site;
    }

    /// <summary>Makes one and starts the control plane in it.</summary>
    public static async Task<Site> ServeAsync(string name, params string[] arguments)
    {
        var site = Make(name);
        await site.StartAsync(arguments);
        return site;
    }

    /// <summary>Starts the control plane, on a free port unless told otherwise, and waits until it listens.</summary>
    public async Task StartAsync(params string[] arguments)
    {
        _life = Run(arguments);
        _client.Url = await _life.ServeAsync();
    }

    /// <summary>Starts the control plane and does not wait for anything. The last of a flag that comes twice holds.</summary>
    public ControlPlaneProcess Run(params string[] arguments)
    {
        string[] usual = ["--listen", "127.0.0.1:0", "--data", DataFolder, "--profiles", ProfilesFolder, "--engine-path", Path.GetDirectoryName(Programs.SqlEngine)!];
        var flags = usual.Chunk(2).Where(pair => !arguments.Contains(pair[0])).SelectMany(pair => pair);
        return Run([.. flags, .. arguments], new Dictionary<string, string>());
    }

    /// <summary>Starts the control plane with exactly these flags and variables.</summary>
    public ControlPlaneProcess Run(string[] arguments, IReadOnlyDictionary<string, string> variables)
    {
        var life = ControlPlaneProcess.Start(Folder, arguments, variables);
        _lives.Add(life);
        return life;
    }

    /// <summary>Kills the control plane as a crash would; its engines go on.</summary>
    public void Kill() => Life.Kill();

    /// <summary>The engine processes that run now.</summary>
    public List<EngineProcess> Engines() => ProcessTable.EnginesOf(State.Owner);

    public ValueTask DisposeAsync()
    {
        foreach (var life in _lives)
            life.Dispose();
        ProcessTable.KillIn(Folder);
        _client.Dispose();
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
