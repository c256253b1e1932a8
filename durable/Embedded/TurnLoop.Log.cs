using Microsoft.Extensions.Logging;

namespace ControlPlane.Durable.Embedded;

internal sealed partial class TurnLoop
{
    [LoggerMessage(2002, LogLevel.Warning, "The history of {InstanceId} has {Events} events, all replayed in every turn. Let it continue as new.")]
    private static partial void LogLongHistory(ILogger logger, string instanceId, int events);

    [LoggerMessage(2003, LogLevel.Error, "A turn of {InstanceId} could not be run; the instance has failed.")]
    private static partial void LogPoisonTurn(ILogger logger, string instanceId, Exception exception);
}
