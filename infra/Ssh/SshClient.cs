using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Pools;

namespace ControlPlane.Infra.Ssh;

/// <summary>
/// Runs a script on a machine through OpenSSH's own client, and gives back what it answers. Every call has an end, and no
/// answer is larger than 1 MB.
/// </summary>
internal sealed class SshClient(SshOptions options, TimeProvider time)
{
    private const string Header = "controlplane answers\n";
    private const int LongestAnswer = 1_000_000;
    private const int LongestComplaint = 10_000;

    /// <summary>
    /// What the client's messages hold when it has not got so far as to send anything; source: OpenSSH's ssh.c, sshconnect.c
    /// and sshconnect2.c.
    /// </summary>
    private static readonly string[] BeforeTheSession =
        ["ssh: connect to host", "ssh: Could not resolve hostname", "Host key verification failed", "Permission denied ("];

    private readonly HostKeyFile _keys = new(options.Folder);

    /// <summary>Sends a call and gives its answer.</summary>
    /// <exception cref="HostUnreachableException">There was none; the message says why. Whether the call has done anything is not known.</exception>
    public async Task<string> AskAsync(SshHost host, IEnumerable<string> words, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(options.CallDeadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        using var process = Start(host);
        try
        {
            var writing = WriteAsync(process, HostScript.Of(words), either.Token);
            var complaining = ReadAsync(process.StandardError, LongestComplaint, either.Token);
            var answer = await ReadAsync(process.StandardOutput, LongestAnswer, either.Token);
            var complaint = await complaining;
            await writing;
            await process.WaitForExitAsync(either.Token);

            // A user's shell may greet before the script speaks, so the answer begins at its own first line.
            var start = answer.IndexOf(Header, StringComparison.Ordinal);
            return process.ExitCode == 0 && start >= 0
                ? answer[(start + Header.Length)..]
                : throw Unanswered(host, process.ExitCode, answer, complaint);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw Unreachable(host, $"no answer within {options.CallDeadline.TotalSeconds:0} s");
        }
        finally
        {
            End(process);
        }
    }

    private static HostUnreachableException Unreachable(SshHost host, string why, bool isUnheard = false) =>
        new($"The machine {host.Name} ({host.Ip}) cannot be reached over ssh: {why}") { IsUnheard = isUnheard };

    /// <summary>The client exits with 255 for a failure of its own.</summary>
    private static HostUnreachableException Unanswered(SshHost host, int exitCode, string answer, string complaint)
    {
        // What counts stands at the end: a host key that has changed is first deplored over many lines.
        var words = string.Join(" ", complaint.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).TakeLast(2));
        var why = words.Length > 0 ? words : $"the session ended with exit code {exitCode}";
        var isUnheard = exitCode == 255 && answer.Length == 0 && BeforeTheSession.Any(message => complaint.Contains(message, StringComparison.Ordinal));
        return Unreachable(host, why, isUnheard);
    }

    private Process Start(SshHost host)
    {
        var (known, alias) = host.HostKey is { } key ? (_keys.Write(key), HostKeyFile.Alias) : (options.KnownHostsFile, (string?)null);
        var info = new ProcessStartInfo(FindClient() ?? throw Unreachable(host, $"the ssh client \"{options.Client}\" is not on the PATH", isUnheard: true))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = Encoding.ASCII,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
        };
        foreach (var argument in SshArguments.For(host, known, alias, options.ConnectTimeout))
            info.ArgumentList.Add(argument);

        // Nothing of the control plane's own environment, such as an agent's socket, is for the client.
        info.Environment.Clear();
        info.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        try
        {
            return Process.Start(info)!;
        }
        catch (Win32Exception failure)
        {
            throw Unreachable(host, $"the ssh client cannot be started: {failure.Message}", isUnheard: true);
        }
    }

    /// <summary>By the PATH only: the system would look in the working folder before it.</summary>
    private string? FindClient() => options.Client.Contains('/', StringComparison.Ordinal)
        ? options.Client
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, options.Client))
            .FirstOrDefault(File.Exists);

    private static async Task WriteAsync(Process process, string script, CancellationToken cancellation)
    {
        try
        {
            await process.StandardInput.WriteAsync(script.AsMemory(), cancellation);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The client ended before it had read everything; it says why itself.
        }
    }

    /// <summary>Reads to the end and keeps the beginning: the client must never wait because nobody takes what it writes.</summary>
    private static async Task<string> ReadAsync(StreamReader reader, int longest, CancellationToken cancellation)
    {
        var text = new StringBuilder();
        var buffer = new char[4096];
        while (await reader.ReadAsync(buffer, cancellation) is var count and > 0)
            text.Append(buffer, 0, Math.Min(count, longest - text.Length));
        return text.ToString();
    }

    private static void End(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }
}
