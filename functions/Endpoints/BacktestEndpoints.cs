using ControlPlane.Core.Problems;
using ControlPlane.Functions.Backtests;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Endpoints;

/// <summary>
/// What a policy would have made of a load: <c>/v1/monitors/{name}:backtest</c>. It changes nothing; it takes an operator,
/// since it keeps a processor busy for a while.
/// </summary>
internal sealed class BacktestEndpoints(MonitorBook monitors, Backtester backtester, BacktestRunner runner) : IEndpointGroup
{
    /// <summary>The longest body, in bytes: room for a year of 5-minute counts, or for some hundred thousand single jobs.</summary>
    private const int BodyLimit = 8 * 1024 * 1024;

    public void Map(IEndpointRouteBuilder app) => app.MapCalls("/v1/monitors/{name}:backtest", Call.Post(Role.Operator, RunAsync));

    private async Task<Reply> RunAsync(HttpContext context)
    {
        var format = context.Request.Query["format"] is [{ Length: > 0 } text, ..] ? text : "json";
        if (format is not ("json" or "svg"))
            return Problem.Invalid("format", $"\"{format}\" is not known. Known: json, svg.");
        var name = (string)context.Request.RouteValues["name"]!;
        if ((await monitors.FindAsync(name, context.RequestAborted))?.Value is not { } monitor)
            return RegistryKinds.Monitors.NotFound(name);
        if (!(await JsonBodyReader.ReadAsync(context, ControlPlaneJson.Default.BacktestSpec, BodyLimit)).Is(out var spec, out var problem))
            return problem;

        var played = await runner.RunAsync(cancellation => backtester.RunAsync(monitor, spec, cancellation), context.RequestAborted);
        if (!played.Is(out var answer, out problem))
            return problem;
        return format == "svg" ? Picture(BacktestReport.Draw(answer)) : Reply.Json(answer, ControlPlaneJson.Default.BacktestAnswer);
    }

    private static Reply Picture(string svg) => Reply.Write(async context =>
    {
        // A picture that is opened by its address is a page of this site: it may run and load nothing.
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.ContentType = "image/svg+xml; charset=utf-8";
        await context.Response.WriteAsync(svg, context.RequestAborted);
    });
}
