using ControlPlane.Durable.Client;

namespace ControlPlane.Functions.CustomHandler;

/// <summary>
/// Reaches the Durable Functions extension through its management API, and through its gRPC service on this machine where
/// that cannot be reached: access restrictions or a private front end may keep a site from calling itself.
/// </summary>
internal sealed partial class HostOrchestrationClient(
    ManagementClient management, SidecarClient sidecar, DurableAddresses addresses, TimeProvider time, ILogger<HostOrchestrationClient> log) : IOrchestrationClient
{
    /// <summary>How long a way that failed is left alone.</summary>
    private static readonly TimeSpan Avoidance = TimeSpan.FromMinutes(5);

    private readonly ILogger<HostOrchestrationClient> _log = log;
    private long _avoidUntil;

    public Task<StartOutcome> StartAsync(string orchestrator, object? input, string instanceId, CancellationToken cancellation = default) =>
        CallAsync(client => client.StartAsync(orchestrator, input, instanceId, cancellation));

    public Task<SignalOutcome> RaiseEventAsync(string instanceId, string name, object? payload = null, CancellationToken cancellation = default) =>
        CallAsync(client => client.RaiseEventAsync(instanceId, name, payload, cancellation));

    public Task<SignalOutcome> TerminateAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        CallAsync(client => client.TerminateAsync(instanceId, reason, cancellation));

    public Task<SignalOutcome> SuspendAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        CallAsync(client => client.SuspendAsync(instanceId, reason, cancellation));

    public Task<SignalOutcome> ResumeAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        CallAsync(client => client.ResumeAsync(instanceId, reason, cancellation));

    public Task<OrchestrationInstance?> GetAsync(string instanceId, CancellationToken cancellation = default) =>
        CallAsync(client => client.GetAsync(instanceId, cancellation));

    public Task<OrchestrationPage> QueryAsync(OrchestrationQuery query, CancellationToken cancellation = default) =>
        CallAsync(client => client.QueryAsync(query, cancellation));

    public Task<PurgeOutcome> PurgeAsync(string instanceId, CancellationToken cancellation = default) =>
        CallAsync(client => client.PurgeAsync(instanceId, cancellation));

    private async Task<T> CallAsync<T>(Func<IOrchestrationClient, Task<T>> call)
    {
        if (addresses.Current is null)
            throw new DurableUnreachableException("No binding has said yet where the Durable Functions extension listens.");
        if (time.GetTimestamp() >= Interlocked.Read(ref _avoidUntil))
        {
            try
            {
                return await call(management);
            }
            catch (DurableUnreachableException failure)
            {
                LogFallback(failure.Message);
                Interlocked.Exchange(ref _avoidUntil, time.GetTimestamp() + (long)(Avoidance.TotalSeconds * time.TimestampFrequency));
            }
        }

        return await call(sidecar);
    }

    [LoggerMessage(1501, LogLevel.Warning, "{Reason} The gRPC service on this machine is used instead for five minutes")]
    private partial void LogFallback(string reason);
}
