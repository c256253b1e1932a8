namespace SqlEngine.Jobs;

internal sealed partial class CallbackSender
{
    [LoggerMessage(EventId = 4, Level = LogLevel.Warning,
        Message = "the callback of job {Job} was not delivered after {Attempts} attempts: {Reason}")]
    private partial void LogUndelivered(string job, int attempts, string reason);
}
