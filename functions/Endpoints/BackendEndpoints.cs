using ControlPlane.Core.Backends;
using ControlPlane.Core.Problems;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Profiles;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Router;

namespace ControlPlane.Functions.Endpoints;

/// <summary>Backends as resources: <c>/v1/backends</c>.</summary>
internal sealed class BackendEndpoints(BackendBook book, ProfileSet profiles, Dispatcher dispatcher) : IEndpointGroup
{
    private readonly Resource<Backend, BackendView> _resource = new(
        "/v1/backends", RegistryKinds.Backends, book, row => View(row, dispatcher), ControlPlaneJson.Default.BackendView);

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapCalls("/v1/backends", Call.Get(ListAsync), Call.Post(Role.Operator, CreateAsync));
        app.MapCalls("/v1/backends/{name}", Call.Get(_resource.ReadAsync), Call.Put(Role.Operator, PutAsync), Call.Delete(Role.Operator, _resource.DeleteAsync));
        app.MapCalls("/v1/backends/{name}:protect", Call.Post(Role.Operator, context => ProtectAsync(context, isProtected: true)));
        app.MapCalls("/v1/backends/{name}:unprotect", Call.Post(Role.Operator, context => ProtectAsync(context, isProtected: false)));
    }

    private async Task<Reply> ListAsync(HttpContext context)
    {
        TagSet? tags = null;
        if (context.Request.Query["tag"] is [{ } list, ..] && !TagSet.Parse("tag", list).Is(out tags, out var problem))
            return problem;
        var rows = (await book.ListAsync(context.RequestAborted)).Where(row => tags is null || row.Value.Tags.Overlaps(tags));
        return Reply.Json(new Page<BackendView>([.. rows.Select(row => View(row, dispatcher))]), ControlPlaneJson.Default.PageBackendView);
    }

    private async Task<Reply> CreateAsync(HttpContext context)
    {
        if (!(await JsonBodyReader.ReadAsync(context, ControlPlaneJson.Default.BackendSpec)).Is(out var spec, out var problem))
            return problem;
        if (!Validate(spec).Is(out var backend, out problem))
            return problem;
        if (!OnceKey.Read(context.Request, TextOf(backend)).Is(out var once, out problem))
            return problem;
        return (await book.AddAsync(backend, once.Key.Length > 0 ? once : null, context.RequestAborted)).Is(out var row, out problem)
            ? _resource.Show(row, StatusCodes.Status201Created)
            : problem;
    }

    private async Task<Reply> PutAsync(HttpContext context)
    {
        var read = await Resource<Backend, BackendView>.ReadPutAsync(context, ControlPlaneJson.Default.BackendSpec, spec => spec.Name);
        if (!read.Is(out var put, out var problem))
            return problem;
        if (!Validate(put.Spec with { Name = put.Name }).Is(out var wanted, out problem))
            return problem;

        var written = await _resource.WriteAsync(
            put.Precondition,
            () => book.ChangeAsync(put.Name, put.Precondition.ETag, before => Merge(before, wanted), context.RequestAborted),
            () => book.AddAsync(wanted, null, context.RequestAborted));
        return written.Is(out var done, out problem) ? _resource.Show(done.Row, done.Status) : problem;
    }

    private async Task<Reply> ProtectAsync(HttpContext context, bool isProtected)
    {
        if (!ETags.Read(context.Request).Is(out var precondition, out var problem))
            return problem;
        var name = (string)context.Request.RouteValues["name"]!;
        return (await book.ProtectAsync(name, precondition.ETag, isProtected, context.RequestAborted)).Is(out var row, out problem)
            ? _resource.Show(row)
            : problem;
    }

    private static Result<Backend> Merge(Backend before, Backend wanted) => before with
    {
        Url = wanted.Url,
        Tags = wanted.Tags,
        Profile = wanted.Profile,
        Weight = wanted.Weight,
        MaxJobs = wanted.MaxJobs,
        Version = wanted.Version,
    };

    private Result<Backend> Validate(BackendSpec spec) => spec.Validate(name => profiles.Find(name) is not null);

    private static string TextOf(Backend backend) =>
        $"{backend.Name}\n{backend.Url}\n{backend.Tags}\n{backend.Profile}\n{backend.Weight}\n{backend.MaxJobs}\n{backend.Version}";

    private static BackendView View(Row<Backend> row, Dispatcher dispatcher)
    {
        var backend = row.Value;
        return new BackendView(
            backend.Id,
            backend.Name,
            backend.Url,
            backend.Tags,
            backend.Profile,
            backend.State,
            backend.StateReason,
            backend.StateSince,
            backend.Weight,
            backend.MaxJobs,
            backend.Version,
            backend.Monitor,
            backend.IsProtected,
            dispatcher.Table.Find(backend.Name, backend.Url)?.InFlight ?? 0,
            ETags.Quote(row.ETag));
    }
}
