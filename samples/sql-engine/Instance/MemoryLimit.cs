using System.Globalization;

namespace SqlEngine.Instance;

/// <summary>The memory that this process may use.</summary>
internal static class MemoryLimit
{
    /// <param name="root">Where /proc and /sys are.</param>
    /// <returns>Bytes: the least of the machine's memory and the limits of the control group (version 2, else 1).</returns>
    public static long ReadBytes(string root) => new[]
    {
        MachineBytes(root),
        GroupBytes(Path.Combine(root, "sys/fs/cgroup" + OwnGroup(root), "memory.max")),
        GroupBytes(Path.Combine(root, "sys/fs/cgroup/memory.max")),
        GroupBytes(Path.Combine(root, "sys/fs/cgroup/memory/memory.limit_in_bytes")),
    }.Min();

    private static long MachineBytes(string root)
    {
        var lines = Lines(Path.Combine(root, "proc/meminfo"));
        var total = lines.FirstOrDefault(line => line.StartsWith("MemTotal:", StringComparison.Ordinal));
        return total is null
            ? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes
            : long.Parse(total.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    // A line of version 2 reads "0::/path".
    private static string OwnGroup(string root) =>
        Lines(Path.Combine(root, "proc/self/cgroup")).FirstOrDefault(line => line.StartsWith("0::", StringComparison.Ordinal))?[3..] ?? "";

    // A group without a limit says "max" in version 2 and a number beyond any machine in version 1.
    private static long GroupBytes(string file) =>
        long.TryParse(Lines(file).FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : long.MaxValue;

    private static string[] Lines(string file) => File.Exists(file) ? File.ReadAllLines(file) : [];
}
