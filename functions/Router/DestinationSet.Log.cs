namespace ControlPlane.Functions.Router;

internal sealed partial class DestinationSet
{
    [LoggerMessage(1301, LogLevel.Warning, "Watching {Backend} failed and is begun again")]
    private partial void LogWatcherFailed(string backend, Exception failure);
}
