using ControlPlane.Core.Problems;
using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Upgrades;

namespace ControlPlane.Functions.Endpoints;

/// <summary>What somebody may tell an upgrade that is under way: <c>/v1/upgrades/{name}:approve</c> and the like.</summary>
internal sealed class UpgradeOrderEndpoints(UpgradeBook book, UpgradeShow show, TimeProvider time) : IEndpointGroup
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapOnly("/v1/upgrades/{name}:approve", Call.Post(Role.Operator, context => ChangeAsync(context, upgrade => UpgradeMoves.Approve(upgrade, Caller.Of(context).Name))));
        app.MapOnly("/v1/upgrades/{name}:pause", Call.Post(Role.Operator, context => ChangeAsync(context, upgrade => UpgradeMoves.Pause(upgrade, time.GetUtcNow()))));
        app.MapOnly("/v1/upgrades/{name}:resume", Call.Post(Role.Operator, context => ChangeAsync(context, upgrade => UpgradeMoves.Resume(upgrade, time.GetUtcNow()))));
        app.MapOnly("/v1/upgrades/{name}:finish", Call.Post(Role.Operator, context => ChangeAsync(context, upgrade => UpgradeMoves.FinishNow(upgrade, time.GetUtcNow()))));
        app.MapOnly("/v1/upgrades/{name}:abort", Call.Post(Role.Operator, AbortAsync));
        app.MapOnly("/v1/upgrades/{name}:rollback", Call.Post(Role.Operator, RollBackAsync));
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
        if (await book.FindAsync(NameOf(context), context.RequestAborted) is not { } row)
            return RegistryKinds.Upgrades.NotFound(NameOf(context));
        if (!(await show.CostAsync(row.Value, context.RequestAborted)).Is(out var cost, out problem))
            return problem;
        if (!cost.IsLossless && !(spec.AcceptLostWrites >= cost.Lost))
        {
            return new Problem(
                ProblemCodes.RollbackLosesWrites,
                $"The way back would lose {cost.LostInWords}: {cost.Reason}. Send acceptLostWrites with at least {cost.Lost} to go back all the same.");
        }

        return await ChangeAsync(context, upgrade => UpgradeMoves.Return(upgrade, order));
    }

    private async Task<Reply> ChangeAsync(HttpContext context, Func<Upgrade, Result<Upgrade>> change)
    {
        var changed = await book.ChangeAsync(NameOf(context), change, context.RequestAborted);
        return changed.Is(out var row, out var problem) ? await show.AcceptedAsync(row, context.RequestAborted) : problem;
    }

    private static string NameOf(HttpContext context) => (string)context.Request.RouteValues["name"]!;
}
