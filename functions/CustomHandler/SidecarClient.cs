using ControlPlane.Durable.Client;
using ControlPlane.Durable.Model;
using ControlPlane.Durable.Protocol;

namespace ControlPlane.Functions.CustomHandler;

/// <summary>
/// Starts, signals and reads orchestrations through the extension's gRPC service on the same machine: the way that works
/// when the site cannot call itself through its front end. Source: durable-protocol, section 9.2.
/// </summary>
internal sealed class SidecarClient(SidecarCall call, Payload payload) : IOrchestrationClient
{
    public async Task<StartOutcome> StartAsync(string orchestrator, object? input, string instanceId, CancellationToken cancellation = default)
    {
        InstanceIds.ThrowIfNotAllowed(instanceId);
        var request = new CreateInstanceRequest { InstanceId = instanceId, Name = orchestrator, Input = payload.Write(input) };
        var (status, _) = await call.SendAsync("StartInstance", request, CreateInstanceResponse.Parser, cancellation);
        return status switch
        {
            SidecarCall.Ok => StartOutcome.Started,
            SidecarCall.AlreadyExists => StartOutcome.AlreadyRunning,
            _ => throw Failed("StartInstance", status),
        };
    }

    public async Task<SignalOutcome> RaiseEventAsync(string instanceId, string name, object? payloadValue = null, CancellationToken cancellation = default)
    {
        if (await FindEndAsync(instanceId, cancellation) is { } end)
            return end;
        var request = new RaiseEventRequest { InstanceId = instanceId, Name = name, Input = payload.Write(payloadValue) };
        await ExpectAsync("RaiseEvent", call.SendAsync("RaiseEvent", request, RaiseEventResponse.Parser, cancellation));
        return SignalOutcome.Accepted;
    }

    public async Task<SignalOutcome> TerminateAsync(string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        if (await FindEndAsync(instanceId, cancellation) is { } end)
            return end;
        var request = new TerminateRequest { InstanceId = instanceId, Output = payload.Write(reason) };
        await ExpectAsync("TerminateInstance", call.SendAsync("TerminateInstance", request, TerminateResponse.Parser, cancellation));
        return SignalOutcome.Accepted;
    }

    public async Task<SignalOutcome> SuspendAsync(string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        if (await FindEndAsync(instanceId, cancellation) is { } end)
            return end;
        var request = new SuspendRequest { InstanceId = instanceId, Reason = reason };
        await ExpectAsync("SuspendInstance", call.SendAsync("SuspendInstance", request, SuspendResponse.Parser, cancellation));
        return SignalOutcome.Accepted;
    }

    public async Task<SignalOutcome> ResumeAsync(string instanceId, string? reason = null, CancellationToken cancellation = default)
    {
        if (await FindEndAsync(instanceId, cancellation) is { } end)
            return end;
        var request = new ResumeRequest { InstanceId = instanceId, Reason = reason };
        await ExpectAsync("ResumeInstance", call.SendAsync("ResumeInstance", request, ResumeResponse.Parser, cancellation));
        return SignalOutcome.Accepted;
    }

    public async Task<OrchestrationInstance?> GetAsync(string instanceId, CancellationToken cancellation = default)
    {
        var request = new GetInstanceRequest { InstanceId = instanceId, GetInputsAndOutputs = true };
        var answer = await ExpectAsync("GetInstance", call.SendAsync("GetInstance", request, GetInstanceResponse.Parser, cancellation));
        if (answer is not { Exists: true, OrchestrationState: { } state })
            return null;
        return new OrchestrationInstance(
            state.Name, state.InstanceId, state.OrchestrationStatus, state.CreatedTimestamp.ToDateTimeOffset(), state.LastUpdatedTimestamp.ToDateTimeOffset())
        {
            Input = state.Input,
            CustomStatus = state.CustomStatus,
            Output = state.Output,
        };
    }

    /// <summary>Lists are asked for through the management API only.</summary>
    public Task<OrchestrationPage> QueryAsync(OrchestrationQuery query, CancellationToken cancellation = default) =>
        throw new DurableUnreachableException("The Durable Functions extension lists instances through its management API only.");

    public async Task<PurgeOutcome> PurgeAsync(string instanceId, CancellationToken cancellation = default)
    {
        if (await GetAsync(instanceId, cancellation) is { IsFinished: false })
            return PurgeOutcome.Running;
        var request = new PurgeInstancesRequest { InstanceId = instanceId };
        var answer = await ExpectAsync("PurgeInstances", call.SendAsync("PurgeInstances", request, PurgeInstancesResponse.Parser, cancellation));
        return answer.DeletedInstanceCount > 0 ? PurgeOutcome.Purged : PurgeOutcome.NotFound;
    }

    /// <summary>This service takes a message for anybody; whether there is somebody has to be asked first.</summary>
    private async Task<SignalOutcome?> FindEndAsync(string instanceId, CancellationToken cancellation) => await GetAsync(instanceId, cancellation) switch
    {
        null => SignalOutcome.NotFound,
        { IsFinished: true } => SignalOutcome.Finished,
        _ => null,
    };

    private static async Task<T> ExpectAsync<T>(string method, Task<(int Status, T? Answer)> sending)
        where T : class
    {
        var (status, answer) = await sending;
        return answer ?? throw Failed(method, status);
    }

    private static InvalidOperationException Failed(string method, int status) =>
        new($"The Durable Functions extension answered {method} with the gRPC status {status}.");
}
