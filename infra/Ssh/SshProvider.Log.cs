using Microsoft.Extensions.Logging;

namespace ControlPlane.Infra.Ssh;

public sealed partial class SshProvider
{
    [LoggerMessage(1701, LogLevel.Warning, "{Slot} does not answer; what runs there is left as it is. {Reason}")]
    private partial void LogUnreachable(string slot, string reason);

    [LoggerMessage(1702, LogLevel.Information, "{Slot} answers again")]
    private partial void LogReachable(string slot);
}
