using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Profiles;
using ControlPlane.Infra.Ssh;
using ControlPlane.Infra.Tests.LocalProcess;
using ControlPlane.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Infra.Tests.Ssh;

/// <summary>
/// OpenSSH's own server on loopback, with keys, configuration and home folder of its own, and a provider that reaches it as
/// <c>machine-1</c> through OpenSSH's own client.
/// </summary>
internal sealed class LoopbackSshd : IAsyncDisposable
{
    private readonly StringBuilder _log = new();
    private readonly Process _sshd;

    private LoopbackSshd(string folder, int port)
    {
        Folder = folder;
        Options = new SshOptions
        {
            Owner = $"test-{Guid.NewGuid():N}",
            Folder = Path.Combine(folder, "keys"),
            KnownHostsFile = Path.Combine(folder, "known_hosts"),
            AliveFor = TimeSpan.Zero,
            RetryAfter = TimeSpan.Zero,
        };
        Host = new SshHost
        {
            Name = "machine-1",
            Ip = "127.0.0.1",
            Port = port,
            KeyPath = Path.Combine(folder, "user_key"),
            LoginUser = Environment.UserName,
            HostKey = File.ReadAllText(Path.Combine(folder, "host_key.pub")).Trim(),
            MlsqlConfig = new Dictionary<string, string> { ["streaming.driver.port"] = "9003" },
        };
        Hosts.Add(Host);
        Provider = new SshProvider(Options, Hosts, TimeProvider.System, NullLogger<SshProvider>.Instance);
        _sshd = Process.Start(new ProcessStartInfo("/usr/sbin/sshd", ["-D", "-e", "-f", Path.Combine(folder, "sshd_config")]) { RedirectStandardError = true })!;
        _sshd.ErrorDataReceived += (_, line) =>
        {
            lock (_log)
                _log.AppendLine(line.Data);
        };
        _sshd.BeginErrorReadLine();
    }

    public string Folder { get; }

    public SshOptions Options { get; }

    public SshHost Host { get; }

    public SshLab.ListedHosts Hosts { get; } = new();

    public SshProvider Provider { get; }

    /// <summary>What sshd says about itself, for the message of a test that fails.</summary>
    public string Log
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    /// <summary>Starts one and comes back when it accepts connections.</summary>
    public static async Task<LoopbackSshd> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("sshd-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "home"));
        foreach (var key in (string[])["host_key", "user_key", "other_key"])
            Generate(Path.Combine(folder, key));
        File.Copy(Path.Combine(folder, "user_key.pub"), Path.Combine(folder, "authorized_keys"));

        // Debian's sshd wants this folder when root starts it; its service makes it at boot.
        if (Environment.IsPrivilegedProcess)
            Directory.CreateDirectory("/run/sshd");
        var port = FreePort.Find();
        await File.WriteAllTextAsync(Path.Combine(folder, "sshd_config"), $"""
            Port {port}
            ListenAddress 127.0.0.1
            HostKey {folder}/host_key
            AuthorizedKeysFile {folder}/authorized_keys
            PidFile none
            UsePAM no
            StrictModes no
            PermitRootLogin yes
            PubkeyAuthentication yes
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PrintMotd no
            PrintLastLog no
            LogLevel VERBOSE
            MaxStartups 100
            SetEnv HOME={folder}/home

            """);
        var started = new LoopbackSshd(folder, port);
        await Eventually.TrueAsync(
            () => started._sshd.HasExited ? throw new InvalidOperationException($"sshd ended with exit code {started._sshd.ExitCode}:\n{started.Log}") : Accepts(port),
            () => $"sshd accepts no connection:\n{started.Log}");
        return started;
    }

    public async Task<InstanceHandle> CreateAsync(string name, EngineProfile profile)
    {
        try
        {
            return await Provider.CreateAsync(name, Host.Name, profile, default);
        }
        catch (HostUnreachableException failure)
        {
            throw new InvalidOperationException($"{failure.Message}\nsshd says:\n{Log}", failure);
        }
    }

    /// <summary>Takes another description of the machine.</summary>
    public void Describe(SshHost host)
    {
        Hosts.Remove(host.Name);
        Hosts.Add(host);
    }

    /// <summary>Ends the server, as when the machine's network breaks down; what runs there goes on.</summary>
    public async Task StopAsync()
    {
        if (!_sshd.HasExited)
            _sshd.Kill();
        await _sshd.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _sshd.Dispose();
        await Eventually.TrueAsync(() => RunningProcess.EndAll(Options.Owner) == 0, () => "processes of the test do not end");
        Directory.Delete(Folder, recursive: true);
    }

    private static void Generate(string file)
    {
        var (exitCode, _, error) = Shell.Run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", file]);
        Assert.True(exitCode == 0, error);
    }

    private static bool Accepts(int port)
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
