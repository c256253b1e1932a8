using System.Text.Json;
using ControlPlane.Core.Problems;
using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Upgrades;

namespace ControlPlane.Functions.Endpoints;

/// <summary>Upgrades as resources: <c>/v1/upgrades</c>.</summary>
internal sealed class UpgradeEndpoints(UpgradeBook book, UpgradeStart start, UpgradeShow show, ReportSigner signer, TimeProvider time) : IEndpointGroup
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapOnly("/v1/upgrades/{name}:approve", Call.Post(Role.Operator, context => ChangeAsync(context, upgrade => UpgradeMoves.Approve(upgrade, Caller.Of(context).Name))));
        app.MapOnly("/v1/upgrades/{name}:pause", Call.Post(Role.Operator, context => ChangeAsync(context, upgrade => UpgradeMoves.Pause(upgrade, true))));
        app.MapOnly("/v1/upgrades/{name}:resume", Call.Post(Role.Operator, context => ChangeAsync(context, upgrade => UpgradeMoves.Pause(upgrade, false))));
        app.MapOnly("/v1/upgrades/{name}:finish", Call.Post(Role.Operator, context => ChangeAsync(context, upgrade => UpgradeMoves.FinishNow(upgrade, time.GetUtcNow()))));
        app.MapOnly("/v1/upgrades/{name}:abort", Call.Post(Role.Operator, AbortAsync));
        app.MapOnly("/v1/upgrades/{name}:rollback", Call.Post(Role.Operator, RollBackAsync));
        app.MapCalls("/v1/upgrades", Call.Get(ListAsync), Call.Post(Role.Admin, StartAsync));
        app.MapCalls("/v1/upgrades/{name}", Call.Get(ReadAsync));
        app.MapCalls("/v1/upgrades/{name}/report", Call.Get(ReportAsync));
    }

    private async Task<Reply> StartAsync(HttpContext context)
    {
        if (!(await JsonBodyReader.ReadAsync(context, ControlPlaneJson.Default.UpgradeSpec)).Is(out var spec, out var problem))
            return problem;
        if (!(await start.CheckAsync(spec, context.RequestAborted)).Is(out var wanted, out problem))
            return problem;
        if (spec.DryRun == true)
            return Reply.Json(await start.PreviewAsync(wanted, context.RequestAborted), ControlPlaneJson.Default.UpgradePreview);
        if (!OnceKey.Read(context.Request, JsonSerializer.Serialize(spec, ControlPlaneJson.Default.UpgradeSpec)).Is(out var once, out problem))
            return problem;
        var started = await book.StartAsync(wanted, Caller.Of(context).Name, once.OrNone, context.RequestAborted);
        return started.Is(out var row, out problem) ? await ShowAsync(context, row, StatusCodes.Status202Accepted) : problem;
    }

    private async Task<Reply> ListAsync(HttpContext context)
    {
        var rows = await book.ListAsync(context.RequestAborted);
        var views = new List<UpgradeView>();
        foreach (var row in rows)
            views.Add(await show.BrieflyAsync(row, context.RequestAborted));
        return Reply.Json(new Page<UpgradeView>(views), ControlPlaneJson.Default.PageUpgradeView);
    }

    private async Task<Reply> ReadAsync(HttpContext context) =>
        await FindAsync(context) is { } row ? await ShowAsync(context, row) : NotFound(context);

    private async Task<Reply> ReportAsync(HttpContext context)
    {
        if (await FindAsync(context) is not { } row)
            return NotFound(context);
        return row.Value.IsOver
            ? Reply.Json(signer.Sign(UpgradeReport.Of(row.Value)), ControlPlaneJson.Default.SignedReport)
            : new Problem(ProblemCodes.UpgradeStateWrong, $"The upgrade \"{row.Value.Name}\" is not over, so there is no report yet.");
    }

    /// <summary>Before writes were let through to the new side, the way back costs nothing.</summary>
    private async Task<Reply> AbortAsync(HttpContext context)
    {
        var by = Caller.Of(context).Name;
        return await ChangeAsync(context, upgrade => upgrade is { Phase: UpgradePhase.Running, MayHaveOpened: true }
            ? new Problem(ProblemCodes.UpgradeStateWrong, $"The new side of \"{upgrade.Name}\" takes writes already. Use :rollback, which shows first what that costs.")
            : UpgradeMoves.Return(upgrade, new ReturnOrder(by, "abort")));
    }

    private async Task<Reply> RollBackAsync(HttpContext context)
    {
        if (!(await JsonBodyReader.ReadAsync(context, ControlPlaneJson.Default.RollbackSpec)).Is(out var spec, out var problem))
            return problem;
        if (!spec.Validate(Caller.Of(context).Name).Is(out var order, out problem))
            return problem;
        if (await FindAsync(context) is not { } row)
            return NotFound(context);
        if (!(await show.CostAsync(row.Value, context.RequestAborted)).Is(out var cost, out problem))
            return problem;
        if (!cost.IsLossless && !(spec.AcceptLostWrites >= cost.Lost))
        {
            return new Problem(
                ProblemCodes.RollbackLosesWrites,
                $"The way back would lose {cost.Lost} writes: {cost.Reason}. Send acceptLostWrites with at least that number to go back all the same.");
        }

        return await ChangeAsync(context, upgrade => UpgradeMoves.Return(upgrade, order));
    }

    private async Task<Reply> ChangeAsync(HttpContext context, Func<Upgrade, Result<Upgrade>> change)
    {
        var changed = await book.ChangeAsync(NameOf(context), change, context.RequestAborted);
        return changed.Is(out var row, out var problem) ? await ShowAsync(context, row, StatusCodes.Status202Accepted) : problem;
    }

    private async Task<Reply> ShowAsync(HttpContext context, Row<Upgrade> row, int status = StatusCodes.Status200OK) => Reply.Json(
        await show.WhollyAsync(row, context.RequestAborted),
        ControlPlaneJson.Default.UpgradeView,
        status,
        location: status == StatusCodes.Status202Accepted ? $"/v1/upgrades/{Uri.EscapeDataString(row.Value.Name)}" : null);

    private Task<Row<Upgrade>?> FindAsync(HttpContext context) => book.FindAsync(NameOf(context), context.RequestAborted);

    private static Problem NotFound(HttpContext context) => RegistryKinds.Upgrades.NotFound(NameOf(context));

    private static string NameOf(HttpContext context) => (string)context.Request.RouteValues["name"]!;
}
