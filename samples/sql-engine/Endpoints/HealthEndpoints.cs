using SqlEngine.Lifecycle;

namespace SqlEngine.Endpoints;

/// <summary>Liveness, readiness and the cheapest "it answers", in the peer's shape.</summary>
internal static class HealthEndpoints
{
    private const string Live = """{"status":"UP","components":{"livenessProbe":{"status":"UP"}}}""";
    private const string Ready = """{"status":"IN_SERVICE","components":{"readinessProbe":{"status":"IN_SERVICE"}}}""";
    private const string NotReady = """{"status":"OUT_OF_SERVICE","components":{"readinessProbe":{"status":"OUT_OF_SERVICE"}}}""";

    public static void MapHealth(this IEndpointRouteBuilder routes, Engine engine)
    {
        routes.MapGet("/check", context => context.WriteJsonTextAsync("{}"));
        routes.MapGet("/health/liveness", context => context.WriteJsonTextAsync(Live));
        routes.MapGet("/health/readiness", context => engine.Lifecycle.State == EngineState.Ready
            ? context.WriteJsonTextAsync(Ready)
            : context.WriteJsonTextAsync(NotReady, StatusCodes.Status503ServiceUnavailable));
    }
}
