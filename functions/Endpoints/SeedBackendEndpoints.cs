using ControlPlane.Core.Backends;
using ControlPlane.Core.Problems;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Profiles;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Router;

namespace ControlPlane.Functions.Endpoints;

/// <summary>The registry as the seed's users call it: <c>/backend/...</c> with form bodies.</summary>
internal sealed class SeedBackendEndpoints(BackendBook book, ProfileSet profiles, Dispatcher dispatcher) : IEndpointGroup
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapCalls("/backend/add", Call.Post(
            Role.Operator, AddAsync, "name", "url", "tag", "tags", "profile", "weight", "maxJobs", "version", "id", "ecsResourcePoolId"));
        app.MapCalls("/backend/remove", Call.Post(Role.Operator, RemoveAsync, "id", "name"));
        app.MapCalls("/backend/tags/update", Call.Post(Role.Operator, UpdateTagsAsync, "id", "name", "tags", "tag", "merge"));
        app.MapCalls("/backend/list", Call.Ask(ListAsync, "tag", "tags"));
        app.MapCalls("/backend/list/names", Call.Ask(ListNamesAsync, "names"));
        app.MapCalls("/backend/name/check", Call.Ask(CheckNameAsync, "name"));
        app.MapCalls("/backend/active", Call.Ask(CountActiveAsync));
    }

    private async Task<Reply> AddAsync(RequestFields fields, CancellationToken cancellation)
    {
        var errors = new List<FieldError>();
        var spec = new BackendSpec
        {
            Name = fields["name"],
            Url = fields["url"],
            Tags = (fields["tag"] ?? fields["tags"])?.Split(','),
            Profile = fields["profile"],
            Weight = fields.Number("weight", errors),
            MaxJobs = fields.Number("maxJobs", errors),
            Version = fields["version"],
        };
        if (errors.Count > 0)
            return Problem.Invalid(errors);
        if (!spec.Validate(name => profiles.Find(name) is not null, "tag").Is(out var backend, out var problem))
            return problem;
        return (await book.AddAsync(backend, null, cancellation)).Is(out _, out problem) ? Message.Reply : problem;
    }

    private async Task<Reply> RemoveAsync(RequestFields fields, CancellationToken cancellation)
    {
        if (!(await book.FindAsync(fields, RegistryKinds.Backends, cancellation)).Is(out var row, out var problem))
            return problem;
        return (await book.RemoveAsync(row.Value.Name, null, cancellation)).Is(out _, out problem) ? Message.Reply : problem;
    }

    private async Task<Reply> UpdateTagsAsync(RequestFields fields, CancellationToken cancellation)
    {
        if ((fields["tags"] ?? fields["tag"]) is not { } list)
            return Problem.Invalid("tags", "is missing. Give one or more tags, separated by commas.");
        if (!TagSet.Parse("tags", list).Is(out var tags, out var problem))
            return problem;
        var merge = fields["merge"] ?? "overwrite";
        if (merge is not ("overwrite" or "append" or "merge"))
            return Problem.Invalid("merge", $"\"{merge}\" is not known. Known: overwrite (the default), append.");
        if (!(await book.FindAsync(fields, RegistryKinds.Backends, cancellation)).Is(out var row, out problem))
            return problem;

        var changed = await book.ChangeAsync(
            row.Value.Name,
            null,
            backend => (merge == "overwrite" ? tags : backend.Tags.Union(tags)).Then<Backend>(after => backend with { Tags = after }),
            cancellation);
        return changed.Is(out _, out problem) ? Message.Reply : problem;
    }

    private async Task<Reply> ListAsync(RequestFields fields, CancellationToken cancellation)
    {
        TagSet? tags = null;
        if ((fields["tag"] ?? fields["tags"]) is { } list && !TagSet.Parse("tag", list).Is(out tags, out var problem))
            return problem;
        var rows = await book.ListAsync(cancellation);
        return Show(rows.Select(row => row.Value).Where(backend => tags is null || backend.Tags.Overlaps(tags)));
    }

    private async Task<Reply> ListNamesAsync(RequestFields fields, CancellationToken cancellation)
    {
        if (fields["names"] is not { } names)
            return Problem.Invalid("names", "is missing. Give one or more names, separated by commas.");
        var byName = (await book.ListAsync(cancellation)).ToDictionary(row => row.Value.Name, row => row.Value, StringComparer.Ordinal);
        return Show(names.Split(',', StringSplitOptions.TrimEntries).Where(byName.ContainsKey).Select(name => byName[name]));
    }

    private async Task<Reply> CheckNameAsync(RequestFields fields, CancellationToken cancellation)
    {
        if (fields["name"] is not { Length: > 0 } name)
            return Problem.Invalid("name", "is missing. Give the name to look for.");
        return Reply.Json(new NameCheck(await book.FindAsync(name, cancellation) is not null), ControlPlaneJson.Default.NameCheck);
    }

    private Task<Reply> CountActiveAsync(RequestFields fields, CancellationToken cancellation)
    {
        var active = dispatcher.Table.All.ToDictionary(destination => destination.Name, destination => destination.InFlight, StringComparer.Ordinal);
        return Task.FromResult(Reply.Json(active, ControlPlaneJson.Default.DictionaryStringInt32));
    }

    private static Reply Show(IEnumerable<Backend> backends) =>
        Reply.Json([.. backends.Select(SeedBackend.From)], ControlPlaneJson.Default.IReadOnlyListSeedBackend);
}
