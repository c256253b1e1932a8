using System.Text.Json;
using ControlPlane.Core.Problems;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Upgrades;

namespace ControlPlane.Functions.Endpoints;

/// <summary>Upgrades as resources: <c>/v1/upgrades</c>.</summary>
internal sealed class UpgradeEndpoints(UpgradeBook book, UpgradeStart start, UpgradeShow show, UpgradeRemoval removal, ReportSigner signer) : IEndpointGroup
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapCalls("/v1/upgrades", Call.Get(ListAsync), Call.Post(Role.Admin, StartAsync));
        app.MapCalls("/v1/upgrades/{name}", Call.Get(ReadAsync), Call.Delete(Role.Admin, DeleteAsync));
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
        return started.Is(out var row, out problem) ? await show.AcceptedAsync(row, context.RequestAborted) : problem;
    }

    /// <summary>Newest first; <c>nextLink</c> leads on to older ones.</summary>
    private async Task<Reply> ListAsync(HttpContext context)
    {
        if (!UpgradeQuery.Read(context.Request.Query).Is(out var query, out var problem))
            return problem;
        var rows = (await book.ListAsync(context.RequestAborted)).Where(row => query.Takes(row.Value)).Take(query.Top + 1).ToList();
        var views = new List<UpgradeView>();
        foreach (var row in rows.Take(query.Top))
            views.Add(await show.BrieflyAsync(row, context.RequestAborted));
        var nextLink = rows.Count > query.Top ? UpgradeQuery.Link(context.Request, rows[query.Top - 1].Value.Id) : null;
        return Reply.Json(new Page<UpgradeView>(views, nextLink), ControlPlaneJson.Default.PageUpgradeView);
    }

    private async Task<Reply> ReadAsync(HttpContext context) => await book.FindAsync(NameOf(context), context.RequestAborted) is { } row
        ? Reply.Json(await show.WhollyAsync(row, context.RequestAborted), ControlPlaneJson.Default.UpgradeView)
        : RegistryKinds.Upgrades.NotFound(NameOf(context));

    /// <summary>Removes its row and its backup, and with <c>database=drop</c> the database that it has replaced.</summary>
    private async Task<Reply> DeleteAsync(HttpContext context)
    {
        if (!ETags.Read(context.Request).Is(out var precondition, out var problem))
            return problem;
        if (!UpgradeRemoval.ReadDrop(context.Request.Query).Is(out var drop, out problem))
            return problem;
        var removed = await removal.RemoveAsync(NameOf(context), precondition.ETag, drop, context.RequestAborted);
        return removed.Is(out _, out problem) || (problem.Code == ProblemCodes.UpgradeNotFound && !precondition.MustExist) ? Reply.NoContent : problem;
    }

    private async Task<Reply> ReportAsync(HttpContext context)
    {
        if (await book.FindAsync(NameOf(context), context.RequestAborted) is not { } row)
            return RegistryKinds.Upgrades.NotFound(NameOf(context));
        return row.Value.IsOver
            ? Reply.Json(signer.Sign(UpgradeReport.Of(row.Value)), ControlPlaneJson.Default.SignedReport)
            : new Problem(ProblemCodes.UpgradeStateWrong, $"The upgrade \"{row.Value.Name}\" is not over, so there is no report yet.");
    }

    private static string NameOf(HttpContext context) => (string)context.Request.RouteValues["name"]!;
}
