namespace ControlPlane.Functions.Signals;

internal sealed partial class SourceWatch
{
    [LoggerMessage(1711, LogLevel.Warning, "No answer for a signal from {Source}: {Fault}. Groups that need it do not shrink")]
    private partial void LogFailing(Source source, string fault);

    [LoggerMessage(1712, LogLevel.Information, "{Source} answers again")]
    private partial void LogBack(Source source);
}
