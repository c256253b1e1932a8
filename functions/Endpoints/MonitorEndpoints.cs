using ControlPlane.Core.Problems;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Registry;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Endpoints;

/// <summary>Monitors as resources: <c>/v1/monitors</c>.</summary>
internal sealed class MonitorEndpoints(MonitorBook book, MonitorRules rules) : IEndpointGroup
{
    private readonly Resource<Monitor, MonitorView> _resource = new(
        "/v1/monitors", RegistryKinds.Monitors, book, MonitorView.From, ControlPlaneJson.Default.MonitorView);

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapCalls("/v1/monitors", Call.Get(ListAsync), Call.Post(Role.Admin, CreateAsync));
        app.MapCalls("/v1/monitors/{name}", Call.Get(_resource.ReadAsync), Call.Put(Role.Admin, PutAsync), Call.Delete(Role.Admin, _resource.DeleteAsync));
    }

    private async Task<Reply> ListAsync(HttpContext context)
    {
        var rows = await book.ListAsync(context.RequestAborted);
        return Reply.Json(new Page<MonitorView>([.. rows.Select(MonitorView.From)]), ControlPlaneJson.Default.PageMonitorView);
    }

    private async Task<Reply> CreateAsync(HttpContext context)
    {
        if (!(await JsonBodyReader.ReadAsync(context, ControlPlaneJson.Default.MonitorSpec)).Is(out var spec, out var problem))
            return problem;
        if (!(await rules.ValidateAsync(spec, context.RequestAborted)).Is(out var monitor, out problem))
            return problem;
        return (await book.AddAsync(monitor, context.RequestAborted)).Is(out var row, out problem) ? _resource.Show(row, StatusCodes.Status201Created) : problem;
    }

    /// <summary>Changes everything but the name and the tag. A pause stays: whoever set it does not expect it to end so.</summary>
    private async Task<Reply> PutAsync(HttpContext context)
    {
        var read = await Resource<Monitor, MonitorView>.ReadPutAsync(context, ControlPlaneJson.Default.MonitorSpec, spec => spec.Name);
        if (!read.Is(out var put, out var problem))
            return problem;
        if (!(await rules.ValidateAsync(put.Spec with { Name = put.Name }, context.RequestAborted)).Is(out var wanted, out problem))
            return problem;

        var changed = await book.ChangeAsync(put.Name, put.Precondition.ETag, before => Merge(before, wanted), context.RequestAborted);
        return changed.Is(out var row, out problem) ? _resource.Show(row) : problem;
    }

    private static Result<Monitor> Merge(Monitor before, Monitor wanted)
    {
        if (before.Tag != wanted.Tag)
            return Problem.Invalid("tag", $"is \"{wanted.Tag}\", but the monitor watches \"{before.Tag}\". Add another monitor for another tag.");
        return before.Database == wanted.Database
            ? (wanted with { Id = before.Id }).With(before.Policy?.Pause)
            : Problem.Invalid("database", "cannot be changed while the group's engines use it. Upgrade the group, or add another monitor.");
    }
}
