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
    private const int LongestComplaint = 4000;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

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
