using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using ControlPlane.Core.Databases;
using ControlPlane.Infra.LocalProcess;

namespace ControlPlane.Infra.Postgres;

/// <summary>Runs PostgreSQL's own programs. The password is in the environment of that process alone, and nowhere else.</summary>
internal sealed class ClientProgram(PostgresOptions options, TimeProvider time)
{
    private const int LongestComplaint = 4000, Oldest = 15;
    private static readonly string[] Programs = ["pg_dump", "pg_restore"];
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    // The server's version for which the programs were found right: a copy is inspected too, while writes wait.
    private string? _fits;

    /// <summary>Runs one to its end.</summary>
    /// <param name="program">Its name, such as <c>pg_dump</c>.</param>
    /// <param name="database">The database that it works on.</param>
    /// <param name="arguments">What it is called with.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="DatabaseFailedException">It failed, or took longer than a copy may.</exception>
    public async Task RunAsync(string program, string database, IEnumerable<string> arguments, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(options.CopyLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        using var process = Start(program, database, arguments);
        var complaint = ReadTailAsync(process.StandardError);
        var answer = ReadTailAsync(process.StandardOutput);
        try
        {
            await process.WaitForExitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new DatabaseFailedException($"{program} of database {database} took longer than {options.CopyLimit}.");
        }
        finally
        {
            await EndAsync(process);
        }
        await answer;
        if (process.ExitCode != 0)
            throw new DatabaseFailedException($"{program} of database {database} ended with exit code {process.ExitCode}: {(await complaint).Trim()}");
    }

    /// <summary>Why the programs on this machine are of no use for a server of such a version; null when they are.</summary>
    /// <param name="version">The server's version as it says it, such as <c>15.18 (Debian 15.18-0+deb12u1)</c>.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<string?> FindObstacleAsync(string version, CancellationToken cancellation)
    {
        if (_fits == version)
            return null;
        var server = MajorOf(version);
        if (server < Oldest)
            return $"The server is PostgreSQL {version}, and upgrades need {Oldest} or newer.";
        var install = $"install PostgreSQL's client programs of version {server} or newer on the control plane's machine (Debian: postgresql-client)";
        foreach (var program in Programs)
        {
            if (await FindVersionAsync(program, cancellation) is not { } own)
                return $"{program} cannot be started: {install}.";
            if (MajorOf(own) < server)
                return $"{program} is of version {own}, and the server of {version}: {install}.";
        }

        _fits = version;
        return null;
    }

    /// <summary>What the program says its version is, such as <c>15.18</c>; null when it is not there.</summary>
    private async Task<string?> FindVersionAsync(string program, CancellationToken cancellation)
    {
        try
        {
            using var process = Start(program, "", ["--version"]);
            var answer = ReadTailAsync(process.StandardOutput);
            await process.WaitForExitAsync(cancellation);
            return (await answer).Split(' ', StringSplitOptions.TrimEntries) is [_, "(PostgreSQL)", { } version, ..] ? version : null;
        }
        catch (DatabaseFailedException)
        {
            return null;
        }
    }

    private static int MajorOf(string version) => int.TryParse(version.TakeWhile(char.IsAsciiDigit).ToArray(), CultureInfo.InvariantCulture, out var major) ? major : 0;

    private Process Start(string program, string database, IEnumerable<string> arguments)
    {
        var info = new ProcessStartInfo(options.ProgramFolder is { } folder ? Path.Combine(folder, program) : program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
        };
        foreach (var argument in arguments)
            info.ArgumentList.Add(argument);
        info.Environment.Clear();
        info.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        info.Environment["LC_ALL"] = "C.UTF-8";
        info.Environment["PGHOST"] = options.Host;
        info.Environment["PGPORT"] = options.Port.ToString(CultureInfo.InvariantCulture);
        info.Environment["PGUSER"] = options.AdminUser;
        info.Environment["PGPASSWORD"] = options.AdminPassword;
        info.Environment["PGDATABASE"] = database;
        info.Environment["PGSSLMODE"] = options.SslMode;
        info.Environment["PGAPPNAME"] = AdminSessions.ApplicationName;
        info.Environment["PGCONNECT_TIMEOUT"] = Math.Ceiling(options.ConnectTimeout.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        try
        {
            return Process.Start(info)!;
        }
        catch (Win32Exception failure)
        {
            throw new DatabaseFailedException($"{program} cannot be started: {failure.Message}", failure);
        }
    }

    /// <summary>Reads to the end and keeps the end: the program must never wait because nobody takes what it writes.</summary>
    private static async Task<string> ReadTailAsync(StreamReader reader)
    {
        var tail = "";
        var buffer = new char[4096];
        while (await reader.ReadAsync(buffer) is var count and > 0)
        {
            tail += new string(buffer, 0, count);
            if (tail.Length > LongestComplaint)
                tail = tail[^LongestComplaint..];
        }
        return tail;
    }

    /// <summary>Asks first: it then cancels what runs on the server, and ends the workers that it has started.</summary>
    private async Task EndAsync(Process process)
    {
        if (process.HasExited)
            return;
        _ = Signals.Send(process.Id, Signals.Terminate);
        using var grace = new CancellationTokenSource(Grace, time);
        try
        {
            await process.WaitForExitAsync(grace.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }
}
