using System.Globalization;

namespace ControlPlane.Infra.LocalProcess;

/// <summary>
/// One process for certain: a pid can be given to another process later, but never with the same start time.
/// Source of both: proc(5), <c>/proc/[pid]/stat</c> fields 1, 3 and 22.
/// </summary>
/// <param name="Pid">The process id.</param>
/// <param name="StartTicks">Clock ticks from boot to its start.</param>
internal readonly record struct ProcessIdentity(int Pid, long StartTicks)
{
    /// <summary>The process that has this pid now; null when none has, or when it is only waiting to be reaped.</summary>
    public static ProcessIdentity? Of(int pid)
    {
        try
        {
            // The second field is the program's name in brackets, which may hold anything; what counts comes after it.
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : new(pid, long.Parse(fields[19], CultureInfo.InvariantCulture));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static ProcessIdentity? Parse(string text)
    {
        var parts = text.Split(':');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            ? new(pid, ticks)
            : null;
    }

    public bool IsRunning() => Of(Pid) == this;

    public void Signal(int signal)
    {
        if (IsRunning())
            _ = Signals.Send(Pid, signal);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Pid}:{StartTicks}");
}
