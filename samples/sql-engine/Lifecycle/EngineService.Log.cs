namespace SqlEngine.Lifecycle;

internal sealed partial class EngineService
{
    [LoggerMessage(EventId = 5, Level = LogLevel.Information, Message = "{Name} {Version} listens on {Urls}, database {Database}")]
    private partial void LogStarted(string name, string version, string urls, string database);

    [LoggerMessage(EventId = 6, Level = LogLevel.Warning, Message = "{Name} cancels {Jobs} jobs that outlasted the drain timeout")]
    private partial void LogCancelling(string name, int jobs);

    [LoggerMessage(EventId = 7, Level = LogLevel.Information, Message = "{Name} stopped")]
    private partial void LogStopped(string name);
}
