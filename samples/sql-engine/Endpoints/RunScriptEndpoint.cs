using SqlEngine.Answers;
using SqlEngine.Jobs;

namespace SqlEngine.Endpoints;

/// <summary><c>/run/script</c>: runs SQL and answers the rows of its last query.</summary>
internal static class RunScriptEndpoint
{
    public static void MapRunScript(this IEndpointRouteBuilder routes, Engine engine) =>
        routes.MapMethods("/run/script", [HttpMethods.Get, HttpMethods.Post], context => RunAsync(context, engine));

    private static async Task RunAsync(HttpContext context, Engine engine)
    {
        var (parameters, problem) = await RequestParameters.ReadAsync(context.Request);
        JobRequest? request = null;
        if (parameters is not null)
            (request, problem) = JobRequestReader.Read(parameters);

        if (request is null)
            await problem!.WriteAsync(context);
        else if (request.IsAsync)
            await StartAsync(context, engine, request);
        else
            await AnswerAsync(context, engine, request);
    }

    private static async Task StartAsync(HttpContext context, Engine engine, JobRequest request)
    {
        var (job, problem) = engine.AsyncJobs.TryStart(request);
        if (job is null)
        {
            await problem!.WriteAsync(context);
            return;
        }

        context.Response.Headers["X-Job-Id"] = job.GroupId;
        await context.WriteJsonTextAsync(request.IncludesSchema ? "{}" : "[]");
    }

    private static async Task AnswerAsync(HttpContext context, Engine engine, JobRequest request)
    {
        var (job, problem) = engine.Jobs.TryAdmit(request);
        if (job is null)
        {
            await problem!.WriteAsync(context);
            return;
        }

        context.Response.ContentType = JsonText.ContentType;
        using var answer = new Answer(part => Send(context, job, part));
        try
        {
            using var abort = context.RequestAborted.Register(() => job.Cancel(CancelCause.CallerGone));
            problem = await engine.Scripts.RunAsync(job, answer);
        }
        finally
        {
            // Before the answer ends: who has the answer must not find the job still running.
            engine.Jobs.Remove(job);
        }

        if (problem is null)
            await EndAsync(context, answer);
        else if (answer.HasSent)
            context.Abort();
        else
            await problem.WriteAsync(context);
    }

    // Runs on the job's own thread, which may wait for a slow reader.
    private static void Send(HttpContext context, Job job, ReadOnlyMemory<byte> part) =>
        context.Response.Body.WriteAsync(part, job.Cancellation).AsTask().GetAwaiter().GetResult();

    private static async Task EndAsync(HttpContext context, Answer answer)
    {
        var rest = answer.Rest;
        if (!answer.HasSent)
            context.Response.ContentLength = rest.Length;
        await context.Response.Body.WriteAsync(rest);
    }
}
