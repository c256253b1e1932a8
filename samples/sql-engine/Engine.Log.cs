namespace SqlEngine;

internal sealed partial class Engine
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "{Name} drains, {Jobs} jobs run")]
    private partial void LogDraining(string name, int jobs);
}
