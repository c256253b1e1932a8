using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Demo.Upgrade;

/// <summary>
/// A PostgreSQL server of one's own: in a temporary folder, on a free port of the loopback address, with the server's own
/// settings but for the few that are asked for.
/// </summary>
internal sealed class PrivatePostgres : IAsyncDisposable
{
    public const string Host = "127.0.0.1", Superuser = "postgres";

    // A shell ends it when this process closes the pipe, be it by dying; SIGINT is its fast end.
    private const string EndWithParent = "\"$@\" >\"$0/log\" 2>&1 & read -r _; kill -INT $!; wait $!";

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    private readonly string _folder;
    private readonly string _password;
    private readonly Process _process;

    private PrivatePostgres(string folder, int port, string password, Process process) =>
        (_folder, Port, _password, _process) = (folder, port, password, process);

    /// <summary>What to do before one can be started here; null when one can.</summary>
    public static string? Missing => Programs is not null
        ? null
        : "PostgreSQL is not installed. Install it, on Debian with: sudo apt-get install postgresql";

    public int Port { get; }

    /// <summary>The newest of the installed servers, where Debian puts them.</summary>
    private static string? Programs => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(folder => Path.Combine(folder, "bin"))
            .Where(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "psql"))).Order().LastOrDefault()
        : null;

    /// <summary>The server refuses to run for root.</summary>
    private static string[] Unprivileged => Environment.IsPrivilegedProcess
        ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"]
        : ["env"];

    /// <summary>Starts one and waits until it serves.</summary>
    /// <exception cref="InvalidOperationException">It did not start; the message says why.</exception>
    public static async Task<PrivatePostgres> StartAsync(CancellationToken cancellation, params string[] settings)
    {
        var programs = Programs ?? throw new InvalidOperationException(Missing);
        var folder = Directory.CreateTempSubdirectory("controlplane-postgres-").FullName;
        var password = RandomNumberGenerator.GetHexString(32);
        var data = Path.Combine(folder, "data");
        try
        {
            await MakeAsync(programs, folder, data, password, cancellation);
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }

        var port = FreePort();
        string[] serve =
        [
            .. Unprivileged, $"{programs}/postgres", "-D", data, "-p", port.ToString(CultureInfo.InvariantCulture),
            "-c", $"listen_addresses={Host}", "-c", $"unix_socket_directories={folder}", .. settings.SelectMany(setting => (string[])["-c", setting]),
        ];
        // In a session of its own, or Ctrl+C would end it before those who use it.
        var process = Process.Start(new ProcessStartInfo("setsid", ["/bin/sh", "-c", EndWithParent, folder, .. serve])
        {
            RedirectStandardInput = true,
            WorkingDirectory = folder,
        })!;
        var postgres = new PrivatePostgres(folder, port, password, process);
        await postgres.AwaitServingAsync(cancellation);
        return postgres;
    }

    /// <summary>Writes the file that tells a control plane of this server, under the name <c>main</c>.</summary>
    public async Task<string> WriteDatabasesFileAsync(CancellationToken cancellation)
    {
        var file = Path.Combine(_folder, "databases.yaml");
        await File.WriteAllTextAsync(file, $"main: {{kind: postgres, host: {Host}, port: {Port}, user: {Superuser}, password: \"{_password}\"}}\n", cancellation);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }

    /// <summary>Runs SQL and gives what it answers: rows on lines, columns divided by <c>|</c>.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message says how.</exception>
    public async Task<string> SqlAsync(string sql, string database, CancellationToken cancellation) =>
        (await RunAsync(Client("psql", ["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql]), cancellation)).Trim();

    /// <summary>Runs a line of shell in which the server's own programs find this server.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message says how.</exception>
    public Task ShellAsync(string line, CancellationToken cancellation)
    {
        var start = Client("psql", []);
        start.FileName = "/bin/bash";
        foreach (var argument in (string[])["-c", $"set -o pipefail; PATH={Programs}:$PATH; {line}"])
            start.ArgumentList.Add(argument);
        return RunAsync(start, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task MakeAsync(string programs, string folder, string data, string password, CancellationToken cancellation)
    {
        var secret = Path.Combine(folder, "password");
        await File.WriteAllTextAsync(secret, password, cancellation);
        if (Environment.IsPrivilegedProcess)
            await RunAsync(new("chown", ["-R", "nobody", folder]), cancellation);
        string[] make = [.. Unprivileged, $"{programs}/initdb", "--no-sync", "-A", "scram-sha-256", "-U", Superuser, $"--pwfile={secret}", "-D", data];
        await RunAsync(new(make[0], make[1..]), cancellation);
    }

    private ProcessStartInfo Client(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo($"{Programs}/{program}", arguments);
        start.Environment["PGHOST"] = Host;
        start.Environment["PGPORT"] = Port.ToString(CultureInfo.InvariantCulture);
        start.Environment["PGUSER"] = Superuser;
        start.Environment["PGPASSWORD"] = _password;
        return start;
    }

    private async Task AwaitServingAsync(CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                await SqlAsync("select 1", "postgres", cancellation);
                return;
            }
            catch (InvalidOperationException) when (!_process.HasExited && Stopwatch.GetElapsedTime(began) < StartDeadline)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellation);
            }
            catch (OperationCanceledException)
            {
                await DisposeAsync();
                throw;
            }
            catch (InvalidOperationException)
            {
                var log = await File.ReadAllTextAsync(Path.Combine(_folder, "log"), CancellationToken.None);
                await DisposeAsync();
                throw new InvalidOperationException($"PostgreSQL does not serve. It wrote: {log}");
            }
        }
    }

    private static async Task<string> RunAsync(ProcessStartInfo start, CancellationToken cancellation)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.WorkingDirectory = Path.GetTempPath();
        using var process = Process.Start(start)!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancellation);
            var output = await process.StandardOutput.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{Path.GetFileName(start.FileName)}: {(await errors).Trim()}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
