using Microsoft.Extensions.Logging;

namespace ControlPlane.Durable.Embedded;

internal sealed partial class StoreRetries
{
    [LoggerMessage(2001, LogLevel.Error, "The orchestration store failed. It is tried again in {Pause}; nothing is lost.")]
    private static partial void LogStoreFailed(ILogger logger, TimeSpan pause, Exception exception);
}
