using ControlPlane.Durable.Client;
using ControlPlane.Durable.Model;
using ControlPlane.Durable.Protocol;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Durable.Embedded;

/// <summary>Speaks to the embedded engine: stores first, then wakes it.</summary>
internal sealed class EmbeddedClient(
    EngineWork work, IOrchestrationStore store, Payload payload, EmbeddedEngineOptions options, TimeProvider time) : IOrchestrationClient
{
    public async Task<StartOutcome> StartAsync(
        string orchestrator, object? input, string instanceId, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(orchestrator);
        InstanceIds.ThrowIfNotAllowed(instanceId);
        var start = Starts.Of(instanceId, options.NewExecutionId(), orchestrator, payload.Write(input), time.GetUtcNow());
        try
        {
            return await store.StartAsync(start, cancellation);
        }
        finally
        {
            // Also after a failure: nobody knows then whether it was stored.
            work.Turns.Offer(instanceId);
        }
    }

    public Task<SignalOutcome> RaiseEventAsync(
        string instanceId, string name, object? payload = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return SendAsync(instanceId, new() { EventRaised = new() { Name = name, Input = Write(payload) } }, cancellation);
    }

    public Task<SignalOutcome> TerminateAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, new() { ExecutionTerminated = new() { Input = payload.Write(reason) } }, cancellation);

    public Task<SignalOutcome> SuspendAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, new() { ExecutionSuspended = new() { Input = payload.Write(reason) } }, cancellation);

    public Task<SignalOutcome> ResumeAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, new() { ExecutionResumed = new() { Input = payload.Write(reason) } }, cancellation);

    public Task<OrchestrationInstance?> GetAsync(string instanceId, CancellationToken cancellation = default) =>
        store.GetAsync(instanceId, cancellation);

    public Task<OrchestrationPage> QueryAsync(OrchestrationQuery query, CancellationToken cancellation = default) =>
        store.QueryAsync(query, cancellation);

    public Task<PurgeOutcome> PurgeAsync(string instanceId, CancellationToken cancellation = default) =>
        store.PurgeAsync(instanceId, cancellation);

    private string? Write(object? value) => payload.Write(value);

    private async Task<SignalOutcome> SendAsync(string instanceId, HistoryEvent message, CancellationToken cancellation)
    {
        message.EventId = -1;
        message.Timestamp = time.GetUtcNow().ToTimestamp();
        try
        {
            return await store.SendAsync(instanceId, message, cancellation);
        }
        finally
        {
            work.Turns.Offer(instanceId);
        }
    }
}
