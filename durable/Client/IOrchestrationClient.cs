namespace ControlPlane.Durable.Client;

/// <summary>
/// Starts, signals and queries orchestrations. The port behind which the two hosts differ: the embedded engine, and
/// Durable Task Framework inside the Azure Functions host.
/// </summary>
public interface IOrchestrationClient
{
    /// <summary>Starts an orchestration. An id that is running is refused; one that has finished is replaced.</summary>
    /// <param name="orchestrator">The registered name; case is ignored.</param>
    /// <param name="input">Its input, written as JSON.</param>
    /// <param name="instanceId">The id: see <see cref="InstanceIds"/>.</param>
    /// <param name="cancellation">Gives up waiting; the start may still happen.</param>
    /// <exception cref="ArgumentException">The id is not allowed.</exception>
    Task<StartOutcome> StartAsync(string orchestrator, object? input, string instanceId, CancellationToken cancellation = default);

    /// <summary>Gives an event to an orchestration.</summary>
    /// <param name="instanceId">The instance that is to get it.</param>
    /// <param name="name">The name of the event; case is ignored.</param>
    /// <param name="payload">Its content, written as JSON.</param>
    /// <param name="cancellation">Gives up waiting; the event may still be given.</param>
    Task<SignalOutcome> RaiseEventAsync(string instanceId, string name, object? payload = null, CancellationToken cancellation = default);

    /// <summary>Ends an orchestration from outside, without letting its code run on.</summary>
    /// <param name="instanceId">The instance to end.</param>
    /// <param name="reason">Why, for whoever looks at it later; becomes its output.</param>
    /// <param name="cancellation">Gives up waiting; the end may still come.</param>
    Task<SignalOutcome> TerminateAsync(string instanceId, string? reason = null, CancellationToken cancellation = default);

    /// <summary>Holds an orchestration: what arrives is kept and nothing new is started until it is resumed.</summary>
    /// <inheritdoc cref="TerminateAsync"/>
    Task<SignalOutcome> SuspendAsync(string instanceId, string? reason = null, CancellationToken cancellation = default);

    /// <summary>Lets a suspended orchestration go on.</summary>
    /// <inheritdoc cref="TerminateAsync"/>
    Task<SignalOutcome> ResumeAsync(string instanceId, string? reason = null, CancellationToken cancellation = default);

    /// <summary>Reads one instance, or null when there is none.</summary>
    Task<OrchestrationInstance?> GetAsync(string instanceId, CancellationToken cancellation = default);

    /// <summary>Reads instances in ascending order of their ids, one page at a time.</summary>
    Task<OrchestrationPage> QueryAsync(OrchestrationQuery query, CancellationToken cancellation = default);

    /// <summary>Forgets a finished instance and its history.</summary>
    Task<PurgeOutcome> PurgeAsync(string instanceId, CancellationToken cancellation = default);
}
