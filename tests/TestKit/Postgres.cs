using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace ControlPlane.TestKit;

/// <summary>A PostgreSQL server of one's own: in a temporary folder, on a free port of the loopback address.</summary>
public sealed class Postgres : IAsyncDisposable
{
    /// <summary>The password of <see cref="Superuser"/>.</summary>
    public const string Password = "for tests only";

    /// <summary>The role that may do everything.</summary>
    public const string Superuser = "postgres";

    /// <summary>Where its programs are.</summary>
    public const string Programs = "/usr/lib/postgresql/15/bin";

    // A shell ends it when this process closes the pipe, be it by dying; SIGINT is its fast end.
    private const string EndWithParent = "\"$@\" >>\"$0/log\" 2>&1 & read -r _; kill -INT $!; wait $!";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly string _folder;
    private readonly ProcessStartInfo _start;
    private Process _process;

    private Postgres(string folder, int port, ProcessStartInfo start) => (_folder, Port, _start, _process) = (folder, port, start, Process.Start(start)!);

    /// <summary>Why none can be started here; null when one can.</summary>
    public static string? Missing =>
        !File.Exists($"{Programs}/initdb") || !File.Exists("/usr/bin/psql") ? "PostgreSQL 15 is not installed (Debian: postgresql)"
        : !NativeLibrary.TryLoad("libpq.so.5", out _) ? "libpq is not installed (Debian: libpq5)"
        : Environment.IsPrivilegedProcess && !File.Exists("/usr/bin/setpriv") ? "PostgreSQL does not run as root, and setpriv is not installed (Debian: util-linux)"
        : null;

    public static string Host => "127.0.0.1";

    public int Port { get; }

    /// <summary>Starts one and waits until it serves.</summary>
    /// <param name="settings">Settings of the server, such as <c>wal_level=logical</c>.</param>
    /// <exception cref="InvalidOperationException">It did not start; the message says what it wrote.</exception>
    public static async Task<Postgres> StartAsync(params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("postgres-").FullName;
        var secret = Path.Combine(folder, "password");
        await File.WriteAllTextAsync(secret, Password);
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", "-R", "nobody", folder);
        var data = Path.Combine(folder, "data");
        await RunAsync([.. Unprivileged, $"{Programs}/initdb", "--no-sync", "-A", "scram-sha-256", "-U", Superuser, $"--pwfile={secret}", "-D", data]);

        var port = FreePort.Find();
        string[] server =
        [
            $"{Programs}/postgres", "-D", data, "-p", port.ToString(CultureInfo.InvariantCulture), "-c", $"listen_addresses={Host}",
            "-c", $"unix_socket_directories={folder}", "-c", "fsync=off", .. settings.SelectMany(setting => (string[])["-c", setting]),
        ];
        var start = new ProcessStartInfo("/bin/sh", ["-c", EndWithParent, folder, .. Unprivileged, .. server])
        {
            RedirectStandardInput = true,
            WorkingDirectory = folder,
        };
        var postgres = new Postgres(folder, port, start);
        await postgres.AwaitServingAsync();
        return postgres;
    }

    /// <summary>Runs SQL and gives what it answers: rows on lines, columns divided by <c>|</c>.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message says how.</exception>
    public async Task<string> SqlAsync(string sql, string database = "postgres", string user = Superuser, string password = Password)
    {
        var start = new ProcessStartInfo(
            "/usr/bin/psql", ["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-h", Host, "-p", $"{Port}", "-U", user, "-d", database, "-c", sql]);
        start.Environment["PGPASSWORD"] = password;
        return (await RunAsync(start)).Trim();
    }

    /// <summary>Kills the server and all its processes at once, with whatever they were at.</summary>
    public async Task CrashAsync()
    {
        var postmaster = await FindPostmasterAsync();
        // Frozen first: it would start new ones, or end the others in good order.
        ProcessSignal.Freeze(postmaster);
        int[] all = [postmaster, .. ChildProcesses.Of(postmaster)];
        foreach (var process in all)
            ProcessSignal.KillAtOnce(process);
        await ChildProcesses.EndAsync(all);
        await EndAsync();
    }

    /// <summary>Ends it without finishing anything; source: immediate shutdown in PostgreSQL's server-shutdown.</summary>
    public async Task EndAtOnceAsync()
    {
        await RunAsync("/bin/kill", "-QUIT", $"{await FindPostmasterAsync()}");
        await EndAsync();
    }

    /// <summary>Ends it in good order.</summary>
    public Task StopAsync() => EndAsync();

    private async Task<int> FindPostmasterAsync() =>
        int.Parse((await File.ReadAllLinesAsync(Path.Combine(_folder, "data", "postmaster.pid")))[0], CultureInfo.InvariantCulture);

    /// <summary>Starts it again on what it had, and waits until it serves.</summary>
    public Task RecoverAsync()
    {
        _process = Process.Start(_start)!;
        return AwaitServingAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task EndAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>The server refuses to run for root.</summary>
    private static string[] Unprivileged => Environment.IsPrivilegedProcess
        ? ["/usr/bin/setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"]
        : ["/usr/bin/env"];

    private async Task AwaitServingAsync()
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await SqlAsync("select 1");
                return;
            }
            catch (InvalidOperationException) when (!_process.HasExited && Stopwatch.GetElapsedTime(start) < Deadline)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50));
            }
            catch (InvalidOperationException refused)
            {
                var log = await File.ReadAllTextAsync(Path.Combine(_folder, "log"));
                await DisposeAsync();
                throw new InvalidOperationException($"PostgreSQL does not serve: {refused.Message}\n{log}");
            }
        }
    }

    private static Task<string> RunAsync(params string[] command) => RunAsync(new ProcessStartInfo(command[0], command[1..]));

    private static async Task<string> RunAsync(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.WorkingDirectory = Path.GetTempPath();
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{start.FileName}: {(await errors).Trim()}");
    }
}
