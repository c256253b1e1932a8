using System.Globalization;
using ControlPlane.Core.Backends;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Problems;
using ControlPlane.Core.Scaling;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Endpoints;

/// <summary>Groups and the decisions that were made for them.</summary>
internal sealed class GroupEndpoints(MonitorBook monitors, GroupStore groups, PressureReader pressure, LastLooks looks) : IEndpointGroup
{
    private const int DefaultPage = 50;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapCalls("/v1/groups/{tag}", Call.Get(ReadAsync));
        app.MapCalls("/v1/decisions", Call.Get(ListDecisionsAsync));
    }

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
            LastLookView.From(looks.Find(tag)));
        return Reply.Json(overview, ControlPlaneJson.Default.GroupOverview);
    }

    /// <summary>Newest first; <c>nextLink</c> leads on to older ones.</summary>
    private async Task<Reply> ListDecisionsAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (query["tag"] is not [{ Length: > 0 } tag, ..])
            return Problem.Invalid("tag", "is missing. Give the tag of a group, such as ?tag=group1.");
        var top = DefaultPage;
        if (query["top"] is [{ } text, ..] && (!int.TryParse(text, CultureInfo.InvariantCulture, out top) || top is < 1 or > 1000))
            return Problem.Invalid("top", $"\"{text}\" is no whole number from 1 to 1000.");

        var from = query["continuation"] is [{ Length: > 0 } token, ..] ? token : null;
        var (decisions, next) = await groups.ListDecisionsAsync(tag, top, from, context.RequestAborted);
        var request = context.Request;
        var nextLink = next is null
            ? null
            : $"{request.Scheme}://{request.Host}/v1/decisions?tag={Uri.EscapeDataString(tag)}&top={top}&continuation={Uri.EscapeDataString(next)}";
        return Reply.Json(new Page<Decision>(decisions, nextLink), ControlPlaneJson.Default.PageDecision);
    }
}
