using System.Runtime.InteropServices;

namespace ControlPlane.Infra.LocalProcess;

/// <summary>POSIX signals, which .NET can receive but not send.</summary>
internal static partial class Signals
{
    public const int Kill = 9;
    public const int Terminate = 15;

    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int Send(int pid, int signal);
}
