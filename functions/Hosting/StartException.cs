namespace ControlPlane.Functions.Hosting;

/// <summary>The control plane cannot start; the message is the one line that the user gets.</summary>
internal sealed class StartException(string message, int exitCode = ExitCodes.Failure) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}

/// <summary>The codes that the process ends with.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;
    public const int Failure = 1;
    public const int Usage = 2;

    /// <summary>To the Functions host: start another when one is needed. 0 would be taken for "never again".</summary>
    public const int RestartMe = 200;
}
