using ControlPlane.Core.Backends;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Problems;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Endpoints;

/// <summary>Groups.</summary>
internal sealed class GroupEndpoints(MonitorBook monitors, GroupStore groups, PressureReader pressure, ServingViews serving, LastLooks looks) : IEndpointGroup
{
    public void Map(IEndpointRouteBuilder app) => app.MapCalls("/v1/groups/{tag}", Call.Get(ReadAsync));

    private async Task<Reply> ReadAsync(HttpContext context)
    {
        var tag = (string)context.Request.RouteValues["tag"]!;
        var monitor = (await monitors.FindByTagAsync(tag, context.RequestAborted))?.Value;
        var load = await pressure.ReadAsync(tag, context.RequestAborted);
        if (monitor is null && load.Backends.Count == 0)
            return new Problem(ProblemCodes.GroupNotFound, $"No backend has the tag \"{tag}\", and no monitor watches it.");

        var (state, _) = await groups.ReadStateAsync(tag, context.RequestAborted);
        var instances = await groups.ListInstancesAsync(tag, context.RequestAborted);
        var overview = new GroupOverview(
            tag,
            monitor?.Name,
            monitor?.Min,
            monitor?.Max,
            monitor is null ? null : state.Target,
            load.Backends.Count(backend => backend.State == BackendState.Ready),
            instances.Count(instance => instance.Phase == InstancePhase.Starting),
            instances.Count(instance => instance.Phase == InstancePhase.Retiring),
            load,
            instances,
            state.Sequence == 0 ? null : await groups.FindDecisionAsync(tag, state.Sequence, context.RequestAborted),
            LastLookView.From(looks.Find(tag)),
            await serving.ReadAsync(tag, context.RequestAborted));
        return Reply.Json(overview, ControlPlaneJson.Default.GroupOverview);
    }
}
