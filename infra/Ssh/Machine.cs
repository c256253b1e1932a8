using System.Globalization;
using System.Text;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Pools;

namespace ControlPlane.Infra.Ssh;

/// <summary>What can be asked of one machine. See Scripts/instance.sh for what each task does there.</summary>
internal sealed class Machine(SshClient client, SshOptions options, SshHost host)
{
    private const int LogTailBytes = 2000;

    /// <summary>Starts an instance, or finds the one that runs.</summary>
    /// <exception cref="InstanceFailedException">It cannot be started.</exception>
    public async Task<InstanceHandle> CreateAsync(string name, SshLaunch launch, CancellationToken cancellation)
    {
        var answer = await AskAsync("create", name, launch.Words, cancellation);
        return answer.Split(' ') is ["running", var reference, var url] ? new InstanceHandle(host.Name, url, reference) : throw Failed(answer);
    }

    /// <summary>Whether the process of a handle runs.</summary>
    public async Task<bool> IsAliveAsync(string name, string reference, CancellationToken cancellation) =>
        await AskAsync("alive", name, [Words.Of(reference)], cancellation) == "yes";

    /// <summary>Signals whatever belongs to an instance, waits for its end, and says how much of it is left.</summary>
    public async Task<int> StopAsync(string name, string signal, TimeSpan wait, CancellationToken cancellation)
    {
        var answer = await AskAsync("stop", name, [Words.Of(signal), Words.Of((int)(wait.TotalMilliseconds / 100))], cancellation);
        return answer.Split(' ') is ["left", var left] ? int.Parse(left, NumberStyles.None, CultureInfo.InvariantCulture) : throw Failed(answer);
    }

    /// <summary>Removes the instance's folder; true when there was one.</summary>
    public async Task<bool> ForgetAsync(string name, CancellationToken cancellation) => await AskAsync("forget", name, [], cancellation) switch
    {
        "forgotten" => true,
        "nothing" => false,
        var answer => throw Failed(answer),
    };

    /// <summary>The names of the owner's instances that have a folder or a process.</summary>
    public async Task<string[]> ListAsync(CancellationToken cancellation) =>
        (await AskAsync("list", "", [], cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The last whole lines that an instance wrote.</summary>
    public async Task<string> ReadLogTailAsync(string name, CancellationToken cancellation)
    {
        var tail = await ReadAsync("log", name, [], cancellation);
        var isCut = Encoding.UTF8.GetByteCount(tail) > LogTailBytes;
        var firstWhole = isCut ? tail.IndexOf('\n') + 1 : 0;
        return (firstWhole < tail.Length ? tail[firstWhole..] : tail).Trim();
    }

    private static InstanceFailedException Failed(string answer) => new(
        answer.StartsWith("failed ", StringComparison.Ordinal) ? answer["failed ".Length..] : $"Its machine gave an answer that cannot be read: {answer}");

    private async Task<string> AskAsync(string task, string name, IReadOnlyList<string> rest, CancellationToken cancellation)
    {
        var answer = (await ReadAsync(task, name, rest, cancellation)).TrimEnd('\n');
        return answer.StartsWith("failed ", StringComparison.Ordinal) ? throw Failed(answer) : answer;
    }

    private Task<string> ReadAsync(string task, string name, IReadOnlyList<string> rest, CancellationToken cancellation)
    {
        var words = new[] { host.ExecuteUser ?? "", FolderName.Of(options.Owner), FolderName.Of(name), task, options.Owner, name }.Select(Words.Of);
        return client.AskAsync(host, words.Concat(rest), cancellation);
    }
}
