using ControlPlane.Functions.Http;
using ControlPlane.Functions.Registry;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Endpoints;

/// <summary>Leaving a group alone for a time: <c>/v1/monitors/NAME:pause</c> and <c>:resume</c>. Names may hold a colon, so other methods are the monitor's.</summary>
internal sealed class PauseEndpoints(MonitorBook book, TimeProvider time) : IEndpointGroup
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapOnly("/v1/monitors/{name}:pause", Call.Post(Role.Operator, PauseAsync));
        app.MapOnly("/v1/monitors/{name}:resume", Call.Post(Role.Operator, ResumeAsync));
    }

    /// <summary>Pauses, or pauses anew: the last one asked for holds.</summary>
    private async Task<Reply> PauseAsync(HttpContext context)
    {
        if (!(await JsonBodyReader.ReadAsync(context, ControlPlaneJson.Default.PauseSpec)).Is(out var spec, out var problem))
            return problem;
        if (!spec.Validate(Caller.Of(context).Name, time.GetUtcNow()).Is(out var pause, out problem))
            return problem;
        return await ChangeAsync(context, monitor => monitor.With(pause));
    }

    /// <summary>Ends a pause. Where there is none, nothing changes.</summary>
    private Task<Reply> ResumeAsync(HttpContext context) => ChangeAsync(context, monitor => monitor.With(null));

    private async Task<Reply> ChangeAsync(HttpContext context, Func<Monitor, Monitor> change)
    {
        if (!ETags.Read(context.Request).Is(out var precondition, out var problem))
            return problem;
        var name = (string)context.Request.RouteValues["name"]!;
        var changed = await book.ChangeAsync(name, precondition.ETag, monitor => change(monitor), context.RequestAborted);
        return changed.Is(out var row, out problem)
            ? Reply.Json(MonitorView.From(row), ControlPlaneJson.Default.MonitorView, etag: row.ETag)
            : problem;
    }
}
