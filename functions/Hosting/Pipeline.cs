using ControlPlane.Core.Problems;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Router.Forwarding;

namespace ControlPlane.Functions.Hosting;

/// <summary>The way of a request through the process.</summary>
internal static partial class Pipeline
{
    private static readonly TimeSpan LoadTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    public static void Build(WebApplication app)
    {
        var services = app.Services;
        var log = services.GetRequiredService<ILoggerFactory>().CreateLogger("ControlPlane.Functions.Hosting.Pipeline");
        var gate = services.GetRequiredService<AccessGate>();
        app.Use(next => context => GuardAsync(next, context, log));

        // What runs something on an engine stays on its event loop; everything else may take its time.
        app.UseWhen(static context => !context.Request.Path.StartsWithSegments("/run"), static rest => rest.LeaveEventLoops());
        app.UseRouting();
        app.Use(next => context => gate.Check(context) is { } problem ? ProblemAnswer.WriteAsync(context, problem) : next(context));

        var registry = services.GetRequiredService<RegistryFeed>();
        app.Use(next => context =>
            registry.IsLoaded || !context.Request.Path.StartsWithSegments("/run") ? next(context) : WaitAsync(registry, next, context));

        foreach (var group in services.GetServices<IEndpointGroup>())
            group.Map(app);

        // A route for everything else would be weighed against the right one in each request, its path cut out and kept.
        app.UseEndpoints(static _ => { });
        app.Run(NotFoundAsync);
    }

    private static Task NotFoundAsync(HttpContext context) =>
        ProblemAnswer.WriteAsync(context, new Problem(ProblemCodes.NoSuchPath, $"There is nothing at {context.Request.Path}. The README lists the paths."));

    /// <summary>Under the Functions host the process serves before the registry was read.</summary>
    private static async Task WaitAsync(RegistryFeed registry, RequestDelegate next, HttpContext context)
    {
        try
        {
            await registry.WaitLoadedAsync(LoadTimeout, context.RequestAborted);
        }
        catch (TimeoutException)
        {
            var problem = new Problem(ProblemCodes.NotReady, "The registry could not be read yet. The request was not sent to any backend.") { RetryAfter = RetryAfter };
            await ProblemAnswer.WriteAsync(context, problem);
            return;
        }

        await next(context);
    }

    /// <summary>Turns what nobody expected into an answer without details, and a line in the log with them.</summary>
    private static async Task GuardAsync(RequestDelegate next, HttpContext context, ILogger log)
    {
        try
        {
            await next(context);
        }
        catch (Exception failure) when (ClientAborts.IsMeantBy(failure, context))
        {
            // Nobody is there to be answered, and nothing more to be read.
            context.Abort();
        }
        catch (BadHttpRequestException fault) when (!context.Response.HasStarted)
        {
            var code = fault.StatusCode == StatusCodes.Status413PayloadTooLarge ? ProblemCodes.TooLarge : ProblemCodes.Unreadable;
            await ProblemAnswer.WriteAsync(context, new Problem(code, fault.Message));
        }
        catch (Exception failure) when (!context.Response.HasStarted)
        {
            LogFailed(log, context.Request.Method, context.Request.Path, context.TraceIdentifier, failure);
            await ProblemAnswer.WriteAsync(context, new Problem(ProblemCodes.Internal, "Something failed here. The log says more, under this answer's traceId."));
        }
    }

    [LoggerMessage(1001, LogLevel.Error, "{Method} {Path} failed, traceId {TraceId}")]
    private static partial void LogFailed(ILogger log, string method, PathString path, string traceId, Exception failure);
}
