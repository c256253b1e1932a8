using ControlPlane.Core.Problems;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Registry;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Endpoints;

/// <summary>Monitors as resources: <c>/v1/monitors</c>.</summary>
internal sealed class MonitorEndpoints(MonitorBook book, MonitorRules rules) : IEndpointGroup
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapCalls("/v1/monitors", Call.Get(ListAsync), Call.Post(Role.Admin, CreateAsync));
        app.MapCalls("/v1/monitors/{name}", Call.Get(ReadAsync), Call.Put(Role.Admin, PutAsync), Call.Delete(Role.Admin, DeleteAsync));
    }

    private async Task<Reply> ListAsync(HttpContext context)
    {
        var rows = await book.ListAsync(context.RequestAborted);
        return Reply.Json(new Page<MonitorView>([.. rows.Select(View)]), ControlPlaneJson.Default.PageMonitorView);
    }

    private async Task<Reply> ReadAsync(HttpContext context)
    {
        var name = NameOf(context);
        return await book.FindAsync(name, context.RequestAborted) is { } row ? Show(row) : RegistryKinds.Monitors.NotFound(name);
    }

    private async Task<Reply> CreateAsync(HttpContext context)
    {
        if (!(await JsonBodyReader.ReadAsync(context, ControlPlaneJson.Default.MonitorSpec)).Is(out var spec, out var problem))
            return problem;
        if (!rules.Validate(spec).Is(out var monitor, out problem))
            return problem;
        return (await book.AddAsync(monitor, context.RequestAborted)).Is(out var row, out problem) ? Show(row, StatusCodes.Status201Created) : problem;
    }

    /// <summary>Changes everything but the name and the tag.</summary>
    private async Task<Reply> PutAsync(HttpContext context)
    {
        var name = NameOf(context);
        if (!ETags.Read(context.Request).Is(out var precondition, out var problem))
            return problem;
        if (!(await JsonBodyReader.ReadAsync(context, ControlPlaneJson.Default.MonitorSpec)).Is(out var spec, out problem))
            return problem;
        if (spec.Name is not null && spec.Name != name)
            return Problem.Invalid("name", $"is \"{spec.Name}\", but the path says \"{name}\". A monitor cannot be renamed.");
        if (!rules.Validate(spec with { Name = name }).Is(out var wanted, out problem))
            return problem;

        var changed = await book.ChangeAsync(name, precondition.ETag, before => Merge(before, wanted), context.RequestAborted);
        return changed.Is(out var row, out problem) ? Show(row) : problem;
    }

    private async Task<Reply> DeleteAsync(HttpContext context)
    {
        if (!ETags.Read(context.Request).Is(out var precondition, out var problem))
            return problem;
        var removed = await book.RemoveAsync(NameOf(context), precondition.ETag, context.RequestAborted);
        return removed.Is(out _, out problem) || (problem.Code == ProblemCodes.MonitorNotFound && !precondition.MustExist) ? Reply.NoContent : problem;
    }

    private static Result<Monitor> Merge(Monitor before, Monitor wanted) => before.Tag == wanted.Tag
        ? wanted with { Id = before.Id }
        : Problem.Invalid("tag", $"is \"{wanted.Tag}\", but the monitor watches \"{before.Tag}\". Add another monitor for another tag.");

    private static string NameOf(HttpContext context) => (string)context.Request.RouteValues["name"]!;

    private static MonitorView View(Row<Monitor> row) => MonitorView.From(row.Value, ETags.Quote(row.ETag));

    private static Reply Show(Row<Monitor> row, int status = StatusCodes.Status200OK) => Reply.Json(
        View(row),
        ControlPlaneJson.Default.MonitorView,
        status,
        row.ETag,
        status == StatusCodes.Status201Created ? $"/v1/monitors/{Uri.EscapeDataString(row.Value.Name)}" : null);
}
