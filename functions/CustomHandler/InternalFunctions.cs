using ControlPlane.Core.Problems;
using ControlPlane.Durable.Model;
using ControlPlane.Functions.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ControlPlane.Functions.CustomHandler;

/// <summary>
/// Takes the invocations that the Functions host posts to <c>/FunctionName</c>. Nobody else can: no HTTP function has a
/// route that begins with such a name. Anything but a valid envelope starts nothing. HTTP functions do not come this way:
/// they have no other binding, so they are passed on as they are, and a chunked body is not lost.
/// </summary>
internal sealed class InternalFunctions(
    OrchestrationRegistry registry, OrchestratorFunction orchestrator, ActivityFunction activity, TickFunction tick, DurableAddresses addresses)
    : IEndpointGroup
{
    public const string TickName = "Tick";

    public void Map(IEndpointRouteBuilder app)
    {
        foreach (var name in registry.Orchestrators)
            MapFunction(app, name, orchestrator.RunAsync);
        foreach (var name in registry.Activities)
            MapFunction(app, name, (context, envelope) => activity.RunAsync(context, envelope, name));
        MapFunction(app, TickName, tick.RunAsync);
    }

    private void MapFunction(IEndpointRouteBuilder app, string name, Func<HttpContext, Envelope, Task<Problem?>> run) =>
        app.Map("/" + name, (RequestDelegate)(async context =>
        {
            if (!HttpMethods.IsPost(context.Request.Method))
            {
                await ProblemAnswer.WriteAsync(context, new Problem(ProblemCodes.NoSuchPath, $"There is nothing at {context.Request.Path}."));
                return;
            }

            if (await TakeAsync(context, run) is { } problem)
                await ProblemAnswer.WriteAsync(context, problem);
        })).WithMetadata(new NeededRole(Role.Anyone));

    private async Task<Problem?> TakeAsync(HttpContext context, Func<HttpContext, Envelope, Task<Problem?>> run)
    {
        // A turn carries its whole history.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        using var envelope = Envelope.Parse(body.GetBuffer().AsMemory(0, (int)body.Length));
        if (envelope is null)
            return new Problem(ProblemCodes.Unreadable, "This is for the Functions host, which sends an object with Data and Metadata.");
        addresses.Use(DurableAddress.Parse(envelope.Text(FunctionBindings.Client)));
        return await run(context, envelope);
    }
}
