namespace SqlEngine.Jobs;

internal sealed partial class AsyncJobs
{
    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "the callback of job {Job} was given up because the engine stops")]
    private partial void LogGivenUp(string job);

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "job {Job} failed unexpectedly and has no callback")]
    private partial void LogFailed(Exception failure, string job);
}
