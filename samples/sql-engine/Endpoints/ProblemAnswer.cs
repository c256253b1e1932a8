using System.Globalization;
using SqlEngine.Problems;

namespace SqlEngine.Endpoints;

/// <summary>Writes a problem as the answer.</summary>
internal static class ProblemAnswer
{
    public static Task WriteAsync(this Problem problem, HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = problem.Status;
        if (problem.RetryAfter is { } wait)
            response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return response.WriteAsJsonAsync(problem, EngineJson.Readable.Problem, Problem.ContentType);
    }
}
