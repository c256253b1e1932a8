using Microsoft.Extensions.Logging;

namespace ControlPlane.Durable.Embedded;

public sealed partial class EmbeddedEngine
{
    [LoggerMessage(2004, LogLevel.Error, "A part of the orchestration engine failed and goes on with the next piece of work.")]
    private static partial void LogLoopFailed(ILogger logger, Exception exception);
}
