using ControlPlane.Functions.Orchestrations;

namespace ControlPlane.Functions.Groups;

/// <summary>
/// Wakes groups that sleep while there is something to see. Polls the counts that the router keeps anyway, so that no
/// request does anything for it.
/// </summary>
internal sealed partial class GroupWakes(GroupAlarms alarms, Watches watches, TimeProvider time, ILogger<GroupWakes> log) : BackgroundService
{
    /// <summary>What must be seen twice is then acted on within a second.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(400);

    /// <summary>Other routers report every second.</summary>
    private const int RoundsPerHearing = 3;

    /// <summary>A watch that could not be reached is tried again every two seconds.</summary>
    private const int RoundsPerRetry = 5;

    private readonly ILogger<GroupWakes> _log = log;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var round = 0; !stoppingToken.IsCancellationRequested; round++)
        {
            try
            {
                if (round % RoundsPerRetry == 0)
                    await watches.WakeOwedAsync(stoppingToken);
                if (round % RoundsPerHearing == 0)
                    await alarms.HearOthersAsync(stoppingToken);
                foreach (var monitor in alarms.Raise(time.GetUtcNow()))
                    await watches.RouseAsync(monitor, stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(failure);
            }

            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(1413, LogLevel.Warning, "What the router has in hand could not be looked through; a group that sleeps may be woken later")]
    private partial void LogFailed(Exception failure);
}
