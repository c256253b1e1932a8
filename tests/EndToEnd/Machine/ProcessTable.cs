using System.Globalization;
using System.Text;
using ControlPlane.TestKit;

namespace ControlPlane.EndToEnd.Machine;

/// <summary>What runs on this machine, read from /proc at this moment. Source of the fields: proc(5).</summary>
internal static class ProcessTable
{
    /// <summary>The engines that a control plane has started, known by the marks in their environment.</summary>
    /// <param name="owner">The mark of the control plane's state.</param>
    public static List<EngineProcess> EnginesOf(string owner)
    {
        var engines = new List<EngineProcess>();
        foreach (var pid in Pids())
        {
            if (ReadText(pid, "environ") is { } environment
                && environment.Contains($"CONTROLPLANE_OWNER={owner}\0", StringComparison.Ordinal)
                && ReadStartTicks(pid) is { } startTicks)
            {
                engines.Add(new EngineProcess(pid, startTicks, Variable(environment, "CONTROLPLANE_INSTANCE"), Variable(environment, "CONTROLPLANE_INSTANCE_URL")));
            }
        }

        return engines;
    }

    /// <summary>Kills everything that works in a folder or below it, until nothing does.</summary>
    public static void KillIn(string folder)
    {
        while (Pids().Where(pid => WorksIn(pid, folder)).ToList() is { Count: > 0 } survivors)
            survivors.ForEach(ProcessSignal.KillAtOnce);
    }

    /// <summary>Whether a process is held up.</summary>
    public static bool IsFrozen(int pid) => ReadText(pid, "stat") is { Length: > 0 } stat && stat[stat.LastIndexOf(')') + 2] == 'T';

    private static IEnumerable<int> Pids()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
                yield return pid;
        }
    }

    private static bool WorksIn(int pid, string folder)
    {
        try
        {
            var work = new FileInfo($"/proc/{pid}/cwd").LinkTarget;
            return work is not null && work.StartsWith(folder, StringComparison.Ordinal) && ReadStartTicks(pid) is not null;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Null for a process that has ended, also while it only waits to be reaped.</summary>
    private static long? ReadStartTicks(int pid)
    {
        if (ReadText(pid, "stat") is not { Length: > 0 } stat)
            return null;
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[0] is "Z" or "X" ? null : long.Parse(fields[19], CultureInfo.InvariantCulture);
    }

    private static string? ReadText(int pid, string file)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{pid}/{file}"));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string Variable(string environment, string name) =>
        environment.Split('\0').FirstOrDefault(line => line.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..] ?? "";
}

/// <summary>One engine process.</summary>
/// <param name="Pid">Its process id.</param>
/// <param name="StartTicks">When it started; with the pid, this is one process for certain.</param>
/// <param name="Instance">The instance it is marked as.</param>
/// <param name="Url">Where it is marked to serve.</param>
internal sealed record EngineProcess(int Pid, long StartTicks, string Instance, string Url)
{
    /// <summary>As the control plane writes it into an instance's row.</summary>
    public string Reference => $"{Pid}:{StartTicks}";
}
