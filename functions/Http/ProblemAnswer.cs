using System.Collections.Frozen;
using System.Globalization;
using ControlPlane.Core.Problems;

namespace ControlPlane.Functions.Http;

/// <summary>The one place where a problem becomes an answer (RFC 9457).</summary>
internal static class ProblemAnswer
{
    public const string ContentType = "application/problem+json";

    private static readonly FrozenDictionary<string, int> Statuses = new Dictionary<string, int>
    {
        [ProblemCodes.Invalid] = 400,
        [ProblemCodes.Unreadable] = 400,
        [ProblemCodes.TooLarge] = 413,
        [ProblemCodes.NoSuchPath] = 404,
        [ProblemCodes.MethodNotAllowed] = 405,
        [ProblemCodes.BackendNotFound] = 404,
        [ProblemCodes.NameTaken] = 409,
        [ProblemCodes.UrlTaken] = 409,
        [ProblemCodes.BackendManaged] = 409,
        [ProblemCodes.MonitorNotFound] = 404,
        [ProblemCodes.TagTaken] = 409,
        [ProblemCodes.PoolNotFound] = 404,
        [ProblemCodes.SlotLeased] = 409,
        [ProblemCodes.BudgetNotFound] = 404,
        [ProblemCodes.GroupNotFound] = 404,
        [ProblemCodes.DecisionNotFound] = 404,
        [ProblemCodes.UpgradeNotFound] = 404,
        [ProblemCodes.UpgradeInProgress] = 409,
        [ProblemCodes.UpgradeStateWrong] = 409,
        [ProblemCodes.RollbackLosesWrites] = 409,
        [ProblemCodes.DatabaseUnavailable] = 503,
        [ProblemCodes.BacktestBusy] = 503,
        [ProblemCodes.BacktestTooLong] = 422,
        [ProblemCodes.PreconditionFailed] = 412,
        [ProblemCodes.IdempotencyMismatch] = 422,
        [ProblemCodes.Contended] = 503,
        [ProblemCodes.NotStored] = 503,
        [ProblemCodes.NotReady] = 503,
        [ProblemCodes.Unauthenticated] = 401,
        [ProblemCodes.Forbidden] = 403,
        [ProblemCodes.CrossSite] = 403,
        [ProblemCodes.TagsRequired] = 400,
        [ProblemCodes.NoTagMatch] = 404,
        [ProblemCodes.NoHealthyBackend] = 503,
        [ProblemCodes.QueueFull] = 503,
        [ProblemCodes.QueueTimeout] = 503,
        [ProblemCodes.HoldFull] = 503,
        [ProblemCodes.HoldTimeout] = 503,
        [ProblemCodes.BackendUnreachable] = 503,
        [ProblemCodes.BackendFailed] = 502,
        [ProblemCodes.BackendTimeout] = 504,
        [ProblemCodes.Internal] = 500,
    }.ToFrozenDictionary();

    /// <summary>All codes, for the test that asks each to have a page.</summary>
    public static IReadOnlyCollection<string> Codes => Statuses.Keys;

    public static int StatusOf(Problem problem) => Statuses[problem.Code];

    public static async Task WriteAsync(HttpContext context, Problem problem)
    {
        var status = StatusOf(problem);
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = ContentType;
        response.Headers["x-ms-error-code"] = problem.Code;
        if (problem.RetryAfter is { } wait)
            response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

        var body = new ProblemBody(
            $"/docs/errors/{problem.Code}",
            problem.Code.Replace('_', ' '),
            status,
            problem.Detail,
            problem.Code,
            problem.Errors.Count > 0 ? problem.Errors : null,
            problem.RetryAfter?.TotalSeconds,
            context.TraceIdentifier);
        await ReadableJson.WriteAsync(response, body, ControlPlaneJson.Default.ProblemBody);
    }
}

/// <summary>The JSON of a problem.</summary>
internal sealed record ProblemBody(
    string Type,
    string Title,
    int Status,
    string Detail,
    string Code,
    IReadOnlyList<FieldError>? Errors,
    double? RetryAfterSeconds,
    string TraceId);
