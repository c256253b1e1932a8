using System.Security.Cryptography;
using System.Text;
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
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapCalls("/v1/backends", Call.Get(ListAsync), Call.Post(Role.Operator, CreateAsync));
        app.MapCalls("/v1/backends/{name}", Call.Get(ReadAsync), Call.Put(Role.Operator, PutAsync), Call.Delete(Role.Operator, DeleteAsync));
        app.MapCalls("/v1/profiles", Call.Get(ListProfilesAsync));
    }

    private async Task<Reply> ListAsync(HttpContext context)
    {
        TagSet? tags = null;
        if (context.Request.Query["tag"] is [{ } list, ..] && !TagSet.Parse("tag", list).Is(out tags, out var problem))
            return problem;
        var rows = (await book.ListAsync(context.RequestAborted)).Where(row => tags is null || row.Value.Tags.Overlaps(tags));
        return Reply.Json(new Page<BackendView>([.. rows.Select(View)]), ControlPlaneJson.Default.PageBackendView);
    }

    private async Task<Reply> ReadAsync(HttpContext context)
    {
        var name = NameOf(context);
        return await book.FindAsync(name, context.RequestAborted) is { } row ? Show(row) : RegistryKinds.Backends.NotFound(name);
    }

    private async Task<Reply> CreateAsync(HttpContext context)
    {
        if (!(await JsonBodyReader.ReadAsync(context, ControlPlaneJson.Default.BackendSpec)).Is(out var spec, out var problem))
            return problem;
        if (!Validate(spec).Is(out var backend, out problem))
            return problem;
        if (!OnceKeyOf(context.Request, backend).Is(out var once, out problem))
            return problem;
        return (await book.AddAsync(backend, once.Key.Length > 0 ? once : null, context.RequestAborted)).Is(out var row, out problem)
            ? Show(row, StatusCodes.Status201Created)
            : problem;
    }

    private async Task<Reply> PutAsync(HttpContext context)
    {
        var name = NameOf(context);
        if (!ETags.Read(context.Request).Is(out var precondition, out var problem))
            return problem;
        if (!(await JsonBodyReader.ReadAsync(context, ControlPlaneJson.Default.BackendSpec)).Is(out var spec, out problem))
            return problem;
        if (spec.Name is not null && spec.Name != name)
            return Problem.Invalid("name", $"is \"{spec.Name}\", but the path says \"{name}\". A backend cannot be renamed.");
        if (!Validate(spec with { Name = name }).Is(out var wanted, out problem))
            return problem;

        if (!precondition.MustBeNew)
        {
            var changed = await book.ChangeAsync(name, precondition.ETag, before => Merge(before, wanted), context.RequestAborted);
            if (changed.Is(out var row, out problem))
                return Show(row);
            if (problem.Code != ProblemCodes.BackendNotFound || precondition.MustExist)
                return problem;
        }

        return (await book.AddAsync(wanted, null, context.RequestAborted)).Is(out var added, out problem)
            ? Show(added, StatusCodes.Status201Created)
            : problem.Code == ProblemCodes.NameTaken && precondition.MustBeNew ? problem with { Code = ProblemCodes.PreconditionFailed } : problem;
    }

    private async Task<Reply> DeleteAsync(HttpContext context)
    {
        if (!ETags.Read(context.Request).Is(out var precondition, out var problem))
            return problem;
        var removed = await book.RemoveAsync(NameOf(context), precondition.ETag, context.RequestAborted);
        return removed.Is(out _, out problem) || (problem.Code == ProblemCodes.BackendNotFound && !precondition.MustExist) ? Reply.NoContent : problem;
    }

    private Task<Reply> ListProfilesAsync(HttpContext context)
    {
        var views = profiles.All.Select(profile => new ProfileView(profile.Name, profile.Description, profile.MaxJobs, profile.Health.Path, profile.Local is not null));
        return Task.FromResult(Reply.Json(new Page<ProfileView>([.. views]), ControlPlaneJson.Default.PageProfileView));
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

    /// <summary>An empty key stands for none.</summary>
    private static Result<OnceKey> OnceKeyOf(HttpRequest request, Backend backend)
    {
        var key = request.Headers["Idempotency-Key"].ToString();
        if (key.Length > 128 || key.Any(c => c is < ' ' or > '~'))
            return Problem.Invalid("Idempotency-Key", "must have at most 128 printable ASCII characters; a UUID is usual.");
        var text = $"{backend.Name}\n{backend.Url}\n{backend.Tags}\n{backend.Profile}\n{backend.Weight}\n{backend.MaxJobs}\n{backend.Version}";
        return new OnceKey(key, Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
    }

    private static string NameOf(HttpContext context) => (string)context.Request.RouteValues["name"]!;

    private Reply Show(Row<Backend> row, int status = StatusCodes.Status200OK) => Reply.Json(
        View(row),
        ControlPlaneJson.Default.BackendView,
        status,
        row.ETag,
        status == StatusCodes.Status201Created ? $"/v1/backends/{Uri.EscapeDataString(row.Value.Name)}" : null);

    private BackendView View(Row<Backend> row)
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
            dispatcher.Table.Find(backend.Name, backend.Url)?.InFlight ?? 0,
            ETags.Quote(row.ETag));
    }
}
