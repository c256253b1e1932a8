using ControlPlane.Core.Pools;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Pools;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Endpoints;

/// <summary>Pools as resources: <c>/v1/pools</c>.</summary>
internal sealed class PoolEndpoints(PoolBook book, LeaseStore leases, TimeProvider time) : IEndpointGroup
{
    private readonly Resource<Pool, PoolView> _resource = new(
        "/v1/pools", RegistryKinds.Pools, book, row => View(row, Occupancy.None, default), ControlPlaneJson.Default.PoolView);

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapCalls("/v1/pools", Call.Get(ListAsync), Call.Post(Role.Admin, CreateAsync));
        app.MapCalls("/v1/pools/{name}", Call.Get(ReadAsync), Call.Put(Role.Admin, PutAsync), Call.Delete(Role.Admin, _resource.DeleteAsync));
        app.MapCalls("/v1/pools/{name}/slots/{slot}:release", Call.Post(Role.Operator, ReleaseAsync));
    }

    private async Task<Reply> ListAsync(HttpContext context)
    {
        var (rows, occupancy) = (await book.ListAsync(context.RequestAborted), await leases.ReadAsync(context.RequestAborted));
        return Reply.Json(new Page<PoolView>([.. rows.Select(row => View(row, occupancy, time.GetUtcNow()))]), ControlPlaneJson.Default.PagePoolView);
    }

    private async Task<Reply> ReadAsync(HttpContext context)
    {
        var name = (string)context.Request.RouteValues["name"]!;
        return await book.FindAsync(name, context.RequestAborted) is { } row ? await ShowAsync(context, row) : RegistryKinds.Pools.NotFound(name);
    }

    private async Task<Reply> CreateAsync(HttpContext context)
    {
        if (!(await JsonBodyReader.ReadAsync(context, ControlPlaneJson.Default.PoolSpec)).Is(out var spec, out var problem))
            return problem;
        if (!spec.Validate(book.Providers, null).Is(out var pool, out problem))
            return problem;
        return (await book.AddAsync(pool, context.RequestAborted)).Is(out var row, out problem)
            ? await ShowAsync(context, row, StatusCodes.Status201Created)
            : problem;
    }

    private async Task<Reply> PutAsync(HttpContext context)
    {
        var read = await Resource<Pool, PoolView>.ReadPutAsync(context, ControlPlaneJson.Default.PoolSpec, spec => spec.Name);
        if (!read.Is(out var put, out var problem))
            return problem;
        var spec = put.Spec with { Name = put.Name };
        var written = await _resource.WriteAsync(
            put.Precondition,
            () => book.ChangeAsync(put.Name, put.Precondition.ETag, before => spec.Validate(book.Providers, before), context.RequestAborted),
            async () => spec.Validate(book.Providers, null).Is(out var pool, out var fault) ? await book.AddAsync(pool, context.RequestAborted) : fault);
        return written.Is(out var done, out problem) ? await ShowAsync(context, done.Row, done.Status) : problem;
    }

    /// <summary>Ends a slot's quarantine.</summary>
    private async Task<Reply> ReleaseAsync(HttpContext context)
    {
        var (name, slot) = ((string)context.Request.RouteValues["name"]!, (string)context.Request.RouteValues["slot"]!);
        if (!(await book.TrustAsync(name, slot, context.RequestAborted)).Is(out var pool, out var problem))
            return problem;
        var occupancy = await leases.ReadAsync(context.RequestAborted);
        return Reply.Json(SlotView.From(pool.Find(slot)!, occupancy, time.GetUtcNow()), ControlPlaneJson.Default.SlotView);
    }

    /// <summary>The ETag goes with the answer for the next change; "not modified" is never answered, since leases change without it.</summary>
    private async Task<Reply> ShowAsync(HttpContext context, Row<Pool> row, int status = StatusCodes.Status200OK)
    {
        var occupancy = await leases.ReadAsync(context.RequestAborted);
        if (row.ETag.Length > 0)
            context.Response.Headers.ETag = ETags.Quote(row.ETag);
        return Reply.Json(
            View(row, occupancy, time.GetUtcNow()),
            ControlPlaneJson.Default.PoolView,
            status,
            location: status == StatusCodes.Status201Created ? $"/v1/pools/{Uri.EscapeDataString(row.Value.Name)}" : null);
    }

    private static PoolView View(Row<Pool> row, Occupancy occupancy, DateTimeOffset now) => new(
        row.Value.Name,
        row.Value.Provider,
        row.ETag.Length == 0,
        [.. row.Value.Slots.Select(slot => SlotView.From(slot, occupancy, now))],
        row.ETag.Length == 0 ? null : ETags.Quote(row.ETag));
}
