using System.Globalization;
using ControlPlane.Core.Problems;
using ControlPlane.Core.Scaling;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Http;

namespace ControlPlane.Functions.Endpoints;

/// <summary>What was decided for groups, and why: <c>/v1/decisions</c>.</summary>
internal sealed class DecisionEndpoints(DecisionLog log, GroupStore groups) : IEndpointGroup
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapCalls("/v1/decisions", Call.Get(ListAsync));
        app.MapCalls("/v1/decisions/{tag}/{sequence}", Call.Get(ReadAsync));
    }

    /// <summary>Newest first; <c>nextLink</c> leads on to older ones, also from a page on which the filters let none through.</summary>
    private async Task<Reply> ListAsync(HttpContext context)
    {
        if (!DecisionQuery.Read(context.Request.Query).Is(out var query, out var problem))
            return problem;
        var page = await log.ReadAsync(query.Filter, query.Top, query.After, context.RequestAborted);
        var nextLink = page.Next is { } next ? DecisionQuery.Link(context.Request, next) : null;
        return Reply.Json(new Page<Decision>(page.Decisions, nextLink), ControlPlaneJson.Default.PageDecision);
    }

    private async Task<Reply> ReadAsync(HttpContext context)
    {
        var tag = (string)context.Request.RouteValues["tag"]!;
        var text = (string)context.Request.RouteValues["sequence"]!;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) || sequence < 1)
            return Problem.Invalid("sequence", $"\"{text}\" is no whole number from 1. Take it from the decision's id.");
        return await groups.FindDecisionAsync(tag, sequence, context.RequestAborted) is { } decision
            ? Reply.Json(decision, ControlPlaneJson.Default.Decision)
            : new Problem(ProblemCodes.DecisionNotFound, $"There is no decision {sequence} of the group \"{tag}\". They are kept for 7 days; GET /v1/decisions?tag={Uri.EscapeDataString(tag)} lists them.");
    }
}
