namespace ControlPlane.Infra.SqliteDatabases;

/// <summary>
/// Proves that nobody has a file open: the kernel gives a write lease only when there is no other open description of the
/// file, by whatever name, on this machine. Source: fcntl(2), F_SETLEASE.
/// </summary>
internal static class FileLease
{
    private const int SetSignal = 10;
    private const int SetLease = 1024;
    private const nint Write = 1;
    private const nint None = 2;

    // One whose default is to do nothing. Without it, whoever opens the file meanwhile would end this process by SIGIO.
    private const nint Urgent = 23;

    private const int NoEntry = 2;
    private const int NotAllowed = 13;
    private const int Again = 11;

    /// <summary>Takes the lease and gives it back at once. Nothing in this process may use the file meanwhile; see <see cref="FileTurns"/>.</summary>
    public static LeaseAnswer Try(string file)
    {
        if (!OperatingSystem.IsLinux())
            return new(null, "only Linux can say whether anybody has a file open");
        using var opened = Disk.Open(file);
        if (opened.IsInvalid)
            return Refusal(file);
        if (LibC.Control(opened, SetSignal, Urgent) != 0 || LibC.Control(opened, SetLease, Write) != 0)
            return Refusal(file);
        _ = LibC.Control(opened, SetLease, None);
        return new(true, "");
    }

    private static LeaseAnswer Refusal(string file) => LibC.Error switch
    {
        Again => new(false, "somebody has it open"),
        NoEntry => new(null, $"{file} is not there"),
        NotAllowed => new(null, $"{file} does not belong to the user of the control plane, who therefore cannot ask whether anybody has it open"),
        _ => new(null, $"the file system of {file} cannot say whether anybody has it open: {LibC.ErrorText}"),
    };
}

/// <summary>What the kernel says.</summary>
/// <param name="IsAlone">Whether nobody has the file open; null when that cannot be told.</param>
/// <param name="Reason">Why it is not, or why it cannot be told; empty when it is.</param>
internal sealed record LeaseAnswer(bool? IsAlone, string Reason);
