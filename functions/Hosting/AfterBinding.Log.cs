namespace ControlPlane.Functions.Hosting;

internal sealed partial class AfterBinding<T>
{
    [LoggerMessage(1601, LogLevel.Critical, "{Work} broke off; the program ends")]
    private partial void LogBroken(string work, Exception failure);
}
