using SqlEngine.Instance;
using SqlEngine.Problems;

namespace SqlEngine.Endpoints;

/// <summary><c>/instance/...</c>: what the instance is and does, and whether it takes work.</summary>
internal static class InstanceEndpoints
{
    public static void MapInstance(this IEndpointRouteBuilder routes, Engine engine)
    {
        routes.MapGet("/instance/resource", context => context.Response.WriteAsJsonAsync(
            ResourceFigures.Read(engine.Options, engine.Jobs), EngineJson.Readable.ResourceFigures));
        routes.MapGet("/instance/info", context => context.Response.WriteAsJsonAsync(
            InstanceInfo.Of(engine), EngineJson.Readable.InstanceInfo));
        routes.MapPost("/instance/drain", context => DrainAsync(context, engine));
        routes.MapPost("/instance/undrain", context => UndrainAsync(context, engine));
    }

    private static Task DrainAsync(HttpContext context, Engine engine)
    {
        engine.Drain();
        return WriteStateAsync(context, engine);
    }

    private static Task UndrainAsync(HttpContext context, Engine engine) =>
        engine.Lifecycle.Undrain() ? WriteStateAsync(context, engine) : KnownProblems.Stopping.WriteAsync(context);

    private static Task WriteStateAsync(HttpContext context, Engine engine) =>
        context.Response.WriteAsJsonAsync(DrainAnswer.Of(engine), EngineJson.Readable.DrainAnswer);
}
