using System.Runtime.InteropServices;

namespace ControlPlane.TestKit;

/// <summary>Signals that a process cannot answer: they act at once. Source of the numbers: signal(7), for x86 and ARM.</summary>
public static partial class ProcessSignal
{
    private const int Kill = 9, Continue = 18, Stop = 19;

    /// <summary>Ends a process as a crash would. Nothing happens when it has ended by itself.</summary>
    public static void KillAtOnce(int pid) => Send(pid, Kill);

    /// <summary>Holds a process up where it is, with everything that it has begun left half done.</summary>
    public static void Freeze(int pid) => Send(pid, Stop);

    /// <summary>Lets it go on.</summary>
    public static void Thaw(int pid) => Send(pid, Continue);

    // It fails when the process has ended, which is nothing to act on.
    private static void Send(int pid, int signal) => _ = SendSignal(pid, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}
