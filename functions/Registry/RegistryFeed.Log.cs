namespace ControlPlane.Functions.Registry;

internal sealed partial class RegistryFeed
{
    [LoggerMessage(1101, LogLevel.Warning, "The registry could not be read; requests go by the last known one until it can")]
    private partial void LogRefreshFailed(Exception failure);
}
