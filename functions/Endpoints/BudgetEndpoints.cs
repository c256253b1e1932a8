using ControlPlane.Core.Pools;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Pools;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Endpoints;

/// <summary>Budgets as resources: <c>/v1/budgets</c>.</summary>
internal sealed class BudgetEndpoints(BudgetBook book, LeaseStore leases) : IEndpointGroup
{
    private readonly Resource<Budget, BudgetView> _resource = new(
        "/v1/budgets", RegistryKinds.Budgets, book, row => View(row, Occupancy.None), ControlPlaneJson.Default.BudgetView);

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapCalls("/v1/budgets", Call.Get(ListAsync), Call.Post(Role.Admin, CreateAsync));
        app.MapCalls("/v1/budgets/{name}", Call.Get(ReadAsync), Call.Put(Role.Admin, PutAsync), Call.Delete(Role.Admin, _resource.DeleteAsync));
    }

    private async Task<Reply> ListAsync(HttpContext context)
    {
        var (rows, occupancy) = (await book.ListAsync(context.RequestAborted), await leases.ReadAsync(context.RequestAborted));
        return Reply.Json(new Page<BudgetView>([.. rows.Select(row => View(row, occupancy))]), ControlPlaneJson.Default.PageBudgetView);
    }

    private async Task<Reply> ReadAsync(HttpContext context)
    {
        var name = (string)context.Request.RouteValues["name"]!;
        return await book.FindAsync(name, context.RequestAborted) is { } row ? await ShowAsync(context, row) : RegistryKinds.Budgets.NotFound(name);
    }

    private async Task<Reply> CreateAsync(HttpContext context)
    {
        if (!(await JsonBodyReader.ReadAsync(context, ControlPlaneJson.Default.BudgetSpec)).Is(out var spec, out var problem))
            return problem;
        if (!spec.Validate().Is(out var budget, out problem))
            return problem;
        return (await book.AddAsync(budget, context.RequestAborted)).Is(out var row, out problem)
            ? await ShowAsync(context, row, StatusCodes.Status201Created)
            : problem;
    }

    private async Task<Reply> PutAsync(HttpContext context)
    {
        var read = await Resource<Budget, BudgetView>.ReadPutAsync(context, ControlPlaneJson.Default.BudgetSpec, spec => spec.Name);
        if (!read.Is(out var put, out var problem))
            return problem;
        if (!(put.Spec with { Name = put.Name }).Validate().Is(out var wanted, out problem))
            return problem;
        var written = await _resource.WriteAsync(
            put.Precondition,
            () => book.ChangeAsync(put.Name, put.Precondition.ETag, wanted, context.RequestAborted),
            () => book.AddAsync(wanted, context.RequestAborted));
        return written.Is(out var done, out problem) ? await ShowAsync(context, done.Row, done.Status) : problem;
    }

    /// <summary>The ETag goes with the answer for the next change; "not modified" is never answered, since what is in use changes without it.</summary>
    private async Task<Reply> ShowAsync(HttpContext context, Row<Budget> row, int status = StatusCodes.Status200OK)
    {
        context.Response.Headers.ETag = ETags.Quote(row.ETag);
        return Reply.Json(
            View(row, await leases.ReadAsync(context.RequestAborted)),
            ControlPlaneJson.Default.BudgetView,
            status,
            location: status == StatusCodes.Status201Created ? $"/v1/budgets/{Uri.EscapeDataString(row.Value.Name)}" : null);
    }

    private static BudgetView View(Row<Budget> row, Occupancy occupancy) =>
        BudgetView.From(row.Value, BudgetUse.Of(row.Value, occupancy.Leases.Values), ETags.Quote(row.ETag));
}
