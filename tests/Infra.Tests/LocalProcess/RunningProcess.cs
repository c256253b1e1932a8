using System.Diagnostics;
using System.Globalization;
using ControlPlane.Core.Instances;

namespace ControlPlane.Infra.Tests.LocalProcess;

/// <summary>What the system itself says of a process, without the code under test. Source: proc(5).</summary>
internal static class RunningProcess
{
    public static int PidOf(InstanceHandle handle) => int.Parse(handle.Reference.Split(':')[0], CultureInfo.InvariantCulture);

    /// <summary>Whether it runs; one that only waits to be reaped does not.</summary>
    public static bool IsRunning(int pid)
    {
        try
        {
            return Stat(pid)[0] is not ("Z" or "X");
        }
        catch (IOException)
        {
            return false;
        }
    }

    public static int SessionOf(int pid) => int.Parse(Stat(pid)[3], CultureInfo.InvariantCulture);

    public static int[] ChildrenOf(int pid) =>
        [.. File.ReadAllText($"/proc/{pid}/task/{pid}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(child => int.Parse(child, CultureInfo.InvariantCulture))];

    public static string[] ArgumentsOf(int pid) => Strings($"/proc/{pid}/cmdline");

    public static Dictionary<string, string> EnvironmentOf(int pid) =>
        Strings($"/proc/{pid}/environ").Select(variable => variable.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

    public static string WorkingFolderOf(int pid) => File.ResolveLinkTarget($"/proc/{pid}/cwd", returnFinalTarget: false)!.FullName;

    /// <summary>Kills every process that carries an owner's mark, and says how many there were.</summary>
    public static int EndAll(string owner)
    {
        var ended = 0;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && IsOf(owner, pid) && IsRunning(pid))
            {
                ended++;
                Kill(pid);
            }
        }

        return ended;
    }

    private static bool IsOf(string owner, int pid)
    {
        try
        {
            return Strings($"/proc/{pid}/environ").Contains($"CONTROLPLANE_OWNER={owner}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void Kill(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
        }
        catch (Exception failure) when (failure is ArgumentException or InvalidOperationException)
        {
            // It has ended meanwhile.
        }
    }

    private static string[] Stat(int pid)
    {
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
    }

    private static string[] Strings(string file)
    {
        var text = File.ReadAllText(file);
        return text.Length == 0 ? [] : text[..^1].Split('\0');
    }
}
