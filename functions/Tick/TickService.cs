namespace ControlPlane.Functions.Tick;

/// <summary>Runs the reconciler every few seconds where no Functions host fires timers, and the housekeeping now and then.</summary>
internal sealed partial class TickService(Rounds rounds, Housekeeping housekeeping, TimeProvider time, ILogger<TickService> log) : BackgroundService
{
    private const int TicksPerHousekeeping = 120;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly ILogger<TickService> _log = log;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var tick = 0; !stoppingToken.IsCancellationRequested; tick++)
        {
            try
            {
                await rounds.RunAsync(stoppingToken);
                if (tick % TicksPerHousekeeping == 0)
                    await housekeeping.RunAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // The host takes it for a crash when it ends a start that was refused.
                return;
            }
            catch (Exception failure)
            {
                LogFailed(failure);
            }

            await Task.Delay(Period, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(1402, LogLevel.Warning, "A tick failed; the next one does its work")]
    private partial void LogFailed(Exception failure);
}
