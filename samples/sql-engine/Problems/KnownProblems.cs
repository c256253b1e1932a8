using Microsoft.AspNetCore.WebUtilities;
using SqlEngine.Answers;
using SqlEngine.Data;
using SqlEngine.Jobs;

namespace SqlEngine.Problems;

/// <summary>Every error that the engine answers on purpose, with its status and code.</summary>
internal static class KnownProblems
{
    public static Problem SqlMissing { get; } = new()
    {
        Status = 400,
        Code = "sql_missing",
        Title = "No SQL given",
        Detail = "Send the parameter sql in the query, a form or a JSON object.",
        Field = "sql",
    };

    public static Problem CallbackMissing { get; } = new()
    {
        Status = 400,
        Code = "callback_missing",
        Title = "No callback given",
        Detail = "async=true needs callback, an http or https address that gets the result.",
        Field = "callback",
    };

    public static Problem TooManyJobs { get; } = new()
    {
        Status = 503,
        Code = "too_many_jobs",
        Title = "Too many jobs",
        Detail = "The engine runs as many jobs as it may. The job was not started.",
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    public static Problem TooManySessions { get; } = new()
    {
        Status = 503,
        Code = "too_many_sessions",
        Title = "Too many sessions",
        Detail = "Every session is in use by its owner. The job was not started.",
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    public static Problem Draining { get; } = new()
    {
        Status = 503,
        Code = "draining",
        Title = "Draining",
        Detail = "The engine takes no new work. The job was not started.",
        RetryAfter = TimeSpan.FromSeconds(5),
    };

    public static Problem Stopping { get; } = new()
    {
        Status = 409,
        Code = "stopping",
        Title = "Stopping",
        Detail = "The engine was told to end and cannot be called back.",
    };

    public static Problem NoOwnerSessions { get; } = new()
    {
        Status = 400,
        Code = "parameter_invalid",
        Title = "Parameter not accepted",
        Detail = "sessionPerUser is not possible on PostgreSQL: connections are shared. The job was not started.",
        Field = "sessionPerUser",
    };

    public static Problem Migrating { get; } = new()
    {
        Status = 503,
        Code = "migrating",
        Title = "Migrating",
        Detail = "The engine changes the schema of its database. The job was not started.",
        RetryAfter = TimeSpan.FromSeconds(5),
    };

    public static Problem AnswerTooLarge { get; } = new()
    {
        Status = 422,
        Code = "answer_too_large",
        Title = "Answer too large",
        Detail = $"The answer of an asynchronous job is limited to {Answer.MostHeldBytes / (1024 * 1024)} MiB. Lower outputSize.",
    };

    public static Problem Unexpected { get; } = new()
    {
        Status = 500,
        Code = "internal_error",
        Title = "Internal error",
        Detail = "The engine failed in a way it does not know; its log says more.",
    };

    public static Problem BodyInvalid(int status, string detail) => new()
    {
        Status = status,
        Code = status == 413 ? "body_too_large" : "body_invalid",
        Title = "Body not accepted",
        Detail = detail,
    };

    public static Problem ParameterInvalid(string field, string wants) => new()
    {
        Status = 400,
        Code = "parameter_invalid",
        Title = "Parameter not accepted",
        Detail = $"{field} must be {wants}.",
        Field = field,
    };

    public static Problem Starting(TimeSpan remaining) => new()
    {
        Status = 503,
        Code = "starting",
        Title = "Starting",
        Detail = "The engine is not ready yet. The job was not started.",
        RetryAfter = remaining,
    };

    public static Problem DatabaseUnavailable(SqlFailure failure) => new()
    {
        Status = 503,
        Code = "database_unavailable",
        Title = "Database unavailable",
        Detail = $"The database cannot be opened: {failure.Message.TrimEnd('.')}. The job was not started.",
        SqliteCode = failure.SqliteCode,
        SqlState = failure.SqlState,
        RetryAfter = TimeSpan.FromSeconds(5),
    };

    public static Problem SqlError(int statement, int? position, SqlFailure failure)
    {
        var (status, code, title) = failure switch
        {
            // Not 503: a client or a proxy would send it again, and it may have been done.
            { IsConnectionLost: true } => (500, "database_lost", "The database went away"),
            { IsBusy: true } => (409, "database_busy", "The database is locked"),
            _ => (400, "sql_error", "SQL failed"),
        };
        return new Problem
        {
            Status = status,
            Code = code,
            Title = title,
            Detail = failure.IsConnectionLost ? $"{failure.Message.TrimEnd('.')}. The statement may or may not have been done." : failure.Message,
            Statement = statement,
            Position = position,
            SqliteCode = failure.SqliteCode,
            SqlState = failure.SqlState,
        };
    }

    public static Problem Cancelled(CancelCause cause) => cause == CancelCause.TimedOut
        ? new()
        {
            Status = 422,
            Code = "job_timeout",
            Title = "Job timed out",
            Detail = "The job ran longer than the timeout that it was sent with, and was cancelled.",
            Field = "timeout",
        }
        : new()
        {
            Status = 409,
            Code = "job_cancelled",
            Title = "Job cancelled",
            Detail = cause == CancelCause.Stopping ? "The engine stops, and the job did not end in time." : "The job was killed.",
        };

    /// <summary>An answer of the framework (no such path, wrong method, ...) in the same form.</summary>
    public static Problem OfStatus(int status) => new()
    {
        Status = status,
        Code = status switch { 404 => "path_unknown", 405 => "method_not_allowed", _ => "request_refused" },
        Title = ReasonPhrases.GetReasonPhrase(status),
        Detail = status switch
        {
            404 => "The engine has no such path.",
            405 => "The path does not take this method; Allow lists those it takes.",
            _ => "The request was refused.",
        },
    };
}
