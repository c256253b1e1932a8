using ControlPlane.Core.Backends;

namespace ControlPlane.Functions.Health;

internal sealed partial class StateChanges
{
    [LoggerMessage(1201, LogLevel.Information, "{Backend} went from {Before} to {After}: {Reason}")]
    private partial void LogStateChanged(string backend, BackendState before, BackendState after, string reason);
}
