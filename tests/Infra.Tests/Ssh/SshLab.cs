using ControlPlane.Core.Instances;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Profiles;
using ControlPlane.Infra.Ssh;
using ControlPlane.Infra.Tests.LocalProcess;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Infra.Tests.Ssh;

/// <summary>
/// A provider whose ssh client is a program of the test that does with the command what sshd does: hands it to a shell as
/// one string, with the same standard input and output. Each machine has a home folder of its own in the lab's folder. None
/// of its processes outlives the test.
/// </summary>
internal sealed class SshLab : IAsyncDisposable
{
    /// <summary>An argument for sleep: longer than any test.</summary>
    public const string Lifetime = "300";

    public SshLab(TimeSpan? callDeadline = null, TimeSpan? aliveFor = null, TimeSpan? retryAfter = null)
    {
        Folder = Directory.CreateTempSubdirectory("ssh-lab-").FullName;
        Directory.CreateDirectory(Path.Combine(Folder, "bin"));
        Options = new SshOptions
        {
            Owner = $"test-{Guid.NewGuid():N}",
            Folder = Path.Combine(Folder, "keys"),
            KnownHostsFile = Path.Combine(Folder, "known_hosts"),
            Client = WriteProgram("ssh", ClientText()),
            CallDeadline = callDeadline ?? TimeSpan.FromSeconds(60),
            AliveFor = aliveFor ?? TimeSpan.Zero,
            RetryAfter = retryAfter ?? TimeSpan.Zero,
        };
        // Whatever machine the tests run on, none of them speaks with its systemd.
        WriteProgram("systemctl", "#!/bin/sh\nexit 1\n");
        Hosts.Add(Host("machine-1", "127.0.0.1"));
        Provider = new SshProvider(Options, Hosts, TimeProvider.System, NullLogger<SshProvider>.Instance);
    }

    public string Folder { get; }

    public SshOptions Options { get; }

    public SshProvider Provider { get; }

    public ListedHosts Hosts { get; } = new();

    public static SshHost Host(string name, string ip) => new()
    {
        Name = name,
        Ip = ip,
        KeyPath = "/keys/id",
        LoginUser = "root",
        MlsqlConfig = new Dictionary<string, string> { ["streaming.driver.port"] = "9003" },
    };

    public static EngineProfile Profile(params string[] command) => new() { Name = "test", Ssh = new SshStart { Command = command } };

    public static EngineProfile Sleeper { get; } = Profile("/bin/sh", "-c", $"echo up; exec sleep {Lifetime}");

    public Task<InstanceHandle> StartAsync(string name, EngineProfile? profile = null, string slot = "machine-1") =>
        Provider.CreateAsync(name, slot, profile ?? Sleeper, default);

    public Task DestroyAsync(string name) => Provider.DestroyAsync(name, TimeSpan.FromMinutes(2), default);

    /// <summary>Where a machine keeps an instance.</summary>
    public string FolderOf(string name, string ip = "127.0.0.1") =>
        Path.Combine(Folder, "homes", ip, ".controlplane", "instances", FolderName.Of(Options.Owner), $"i-{FolderName.Of(name)}");

    /// <summary>Makes a machine deaf, or lets it hear again.</summary>
    public void SetAway(string ip, bool isAway)
    {
        var file = Path.Combine(Folder, $"away-{ip}");
        if (isAway)
            File.WriteAllText(file, "");
        else
            File.Delete(file);
    }

    /// <summary>How often the client was called.</summary>
    public int Calls => File.Exists(Path.Combine(Folder, "calls")) ? File.ReadAllLines(Path.Combine(Folder, "calls")).Length : 0;

    /// <summary>The arguments of the client's last call.</summary>
    public string[] LastArguments => File.ReadAllText(Path.Combine(Folder, "arguments")).TrimEnd('\0').Split('\0');

    /// <summary>Writes a program that the machines find before all others.</summary>
    public string WriteProgram(string name, string text)
    {
        var file = Path.Combine(Folder, "bin", name);
        File.WriteAllText(file, text);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        return file;
    }

    /// <summary>Does not go through the code under test: a fault in it must not reach beyond this test's processes and folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await Eventually.TrueAsync(() => RunningProcess.EndAll(Options.Owner) == 0, () => "processes of the test do not end");
        await Eventually.TrueAsync(TryDelete, () => $"{Folder} cannot be deleted");
    }

    /// <summary>A call that was cut off may still be writing.</summary>
    private bool TryDelete()
    {
        try
        {
            Directory.Delete(Folder, recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private string ClientText() => $$"""
        #!/bin/sh
        lab='{{Folder}}'
        printf '%s\0' "$@" >"$lab/arguments.$$" && mv "$lab/arguments.$$" "$lab/arguments"
        echo call >>"$lab/calls"
        while [ $# -gt 3 ]; do shift; done
        [ "$1" = -- ] || { echo "the host does not follow --" >&2; exit 255; }
        if [ -e "$lab/away-$2" ]; then
            echo "ssh: connect to host $2 port 22: Connection refused" >&2
            exit 255
        fi
        [ -e "$lab/deaf-$2" ] && exec sleep 60
        home=$lab/homes/$2
        mkdir -p "$home" && cd "$home" || exit 255
        exec env -i HOME="$home" USER=root LOGNAME=root SHELL=/bin/sh LANG=C.UTF-8 \
            PATH="$lab/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" /bin/sh -c "$3"

        """;

    /// <summary>Machines in a list.</summary>
    internal sealed class ListedHosts : ISshHosts
    {
        private readonly List<SshHost> _hosts = [];

        /// <summary>What the leases say; empty when they are not known.</summary>
        public Dictionary<string, string> Slots { get; } = [];

        public void Add(SshHost host) => _hosts.Add(host);

        public void Remove(string slot) => _hosts.RemoveAll(host => host.Name == slot);

        public Task<SshHost?> FindAsync(string slot, CancellationToken cancellation) => Task.FromResult(_hosts.Find(host => host.Name == slot));

        public Task<IReadOnlyList<SshHost>> ListAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<SshHost>>([.. _hosts]);

        public Task<string?> FindSlotAsync(string instance, CancellationToken cancellation) => Task.FromResult(Slots.GetValueOrDefault(instance));
    }
}
