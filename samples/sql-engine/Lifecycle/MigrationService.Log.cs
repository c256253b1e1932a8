namespace SqlEngine.Lifecycle;

internal sealed partial class MigrationService
{
    [LoggerMessage(EventId = 8, Level = LogLevel.Information, Message = "{Name} brings the database to schema version {Version}")]
    private partial void LogMigrating(string name, int version);

    [LoggerMessage(EventId = 9, Level = LogLevel.Information, Message = "{Name} has brought the database to schema version {Version}")]
    private partial void LogMigrated(string name, int version);

    [LoggerMessage(EventId = 10, Level = LogLevel.Error, Message = "{Name} could not change the schema: {Reason}")]
    private partial void LogFailed(string name, string reason);
}
