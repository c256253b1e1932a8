using System.Globalization;

namespace ControlPlane.TestKit;

/// <summary>Processes and their parents, read from /proc at this moment. Source of the fields: proc(5).</summary>
internal static class ChildProcesses
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    /// <summary>The processes that one has started.</summary>
    public static List<int> Of(int parent) =>
        [.. Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0 && ReadStat(pid) is [_, var its, ..] && its == parent.ToString(CultureInfo.InvariantCulture))];

    /// <summary>Waits until none of them is alive.</summary>
    public static async Task EndAsync(IReadOnlyCollection<int> pids)
    {
        while (pids.Any(pid => ReadStat(pid) is [not ("Z" or "X"), ..]))
            await Task.Delay(Pause);
    }

    /// <summary>What follows the program's name: its state, its parent, ...; null for one that is gone.</summary>
    private static string[]? ReadStat(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}
