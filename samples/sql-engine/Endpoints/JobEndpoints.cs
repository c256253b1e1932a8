using SqlEngine.Jobs;

namespace SqlEngine.Endpoints;

/// <summary><c>/runningjobs</c> and <c>/killjob</c>.</summary>
internal static class JobEndpoints
{
    public static void MapJobs(this IEndpointRouteBuilder routes, Engine engine)
    {
        routes.MapMethods("/runningjobs", [HttpMethods.Get, HttpMethods.Post], context => context.Response.WriteAsJsonAsync(
            engine.Jobs.Running().ToDictionary(job => job.GroupId, JobView.Of), EngineJson.Readable.DictionaryStringJobView));
        routes.MapPost("/killjob", context => KillAsync(context, engine));
    }

    // The peer answers {} whether or not a job was found: a job may end by itself while it is being killed.
    private static async Task KillAsync(HttpContext context, Engine engine)
    {
        var (parameters, problem) = await RequestParameters.ReadAsync(context.Request);
        if (parameters is null)
        {
            await problem!.WriteAsync(context);
            return;
        }

        engine.Jobs.Kill(parameters.GetValueOrDefault("groupId"), parameters.GetValueOrDefault("jobName"));
        await context.WriteJsonTextAsync("{}");
    }
}
