using ControlPlane.Core.Problems;
using ControlPlane.Core.Scaling;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Orchestrations;
using ControlPlane.Functions.Registry;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Endpoints;

/// <summary>What a person asks of a group for a time: <c>POST /v1/groups/{tag}:scale</c>; and what is asked of it altogether.</summary>
internal sealed class ScaleEndpoints(MonitorBook monitors, GroupStore groups, RegistryFeed feed, Watches watches, TimeProvider time) : IEndpointGroup
{
    /// <summary>Tags may hold a colon, so other methods are the group's.</summary>
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapOnly("/v1/groups/{tag}:scale", Call.Post(Role.Operator, ScaleAsync), Call.Delete(Role.Operator, UnscaleAsync));
        app.MapOnly("/v1/groups/{tag}:unscale", Call.Post(Role.Operator, UnscaleAsync));
        app.MapCalls("/v1/groups/{tag}/demands", Call.Get(ListAsync));
    }

    /// <summary>Asked again, it asks for the same from now on.</summary>
    private async Task<Reply> ScaleAsync(HttpContext context)
    {
        if (!(await FindAsync(context)).Is(out var monitor, out var problem))
            return problem;
        if (!(await JsonBodyReader.ReadAsync(context, ControlPlaneJson.Default.ScaleSpec)).Is(out var spec, out problem))
            return problem;
        var now = time.GetUtcNow();
        if (!spec.Validate(monitor, Caller.Of(context).Name, now).Is(out var demand, out problem))
            return problem;

        var before = await groups.Demands.FindAsync(monitor.Tag, demand.Source, context.RequestAborted);
        if (before?.Until > now && (before.Count, before.IsExact) == (demand.Count, demand.IsExact))
            demand = demand with { Since = before.Since };
        // From here on the caller may go: what is stored must reach the watch.
        await groups.Demands.PutAsync(monitor.Tag, demand, CancellationToken.None);
        await watches.WakeAsync(monitor, CancellationToken.None);
        return Reply.Json(demand, ControlPlaneJson.Default.Demand, StatusCodes.Status202Accepted);
    }

    /// <summary>To take back what is not asked for does nothing.</summary>
    private async Task<Reply> UnscaleAsync(HttpContext context)
    {
        if (!(await FindAsync(context)).Is(out var monitor, out var problem))
            return problem;
        await groups.Demands.RemoveAsync(monitor.Tag, Demand.ByHand, CancellationToken.None);
        await watches.WakeAsync(monitor, CancellationToken.None);
        return Reply.NoContent;
    }

    /// <summary>The demands in force.</summary>
    private async Task<Reply> ListAsync(HttpContext context)
    {
        if (!(await FindAsync(context)).Is(out var monitor, out var problem))
            return problem;
        var demands = await groups.Demands.ListAsync(monitor.Tag, context.RequestAborted);
        var now = time.GetUtcNow();
        return Reply.Json(new Page<Demand>([.. demands.Where(demand => demand.Until > now)]), ControlPlaneJson.Default.PageDemand);
    }

    private async Task<Result<Monitor>> FindAsync(HttpContext context)
    {
        var tag = (string)context.Request.RouteValues["tag"]!;
        if ((await monitors.FindByTagAsync(tag, context.RequestAborted))?.Value is { IsRemoving: false } monitor)
            return monitor;
        return feed.Current.Backends.Any(backend => backend.Tags.Contains(tag))
            ? new Problem(ProblemCodes.MonitorNotFound, $"No monitor watches the group \"{tag}\", so nothing can scale it. Add one with POST /v1/monitors.")
            : new Problem(ProblemCodes.GroupNotFound, $"No backend has the tag \"{tag}\", and no monitor watches it.");
    }
}
