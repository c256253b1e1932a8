using ControlPlane.Functions.Activities;
using ControlPlane.Functions.Orchestrations;

namespace ControlPlane.Functions.Upgrades.Attempts;

/// <summary>
/// Carries on the upgrades whose work goes on in this process. Their orchestration's attempts may all go to other
/// processes, which cannot look at it: without this, nobody would see its end, an order to return, or a deadline.
/// </summary>
internal sealed partial class LongWorkCarrier(LongWork work, AdvanceUpgrade advance, UpgradeWork orchestrations, TimeProvider time, ILogger<LongWorkCarrier> log)
    : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    private readonly ILogger<LongWorkCarrier> _log = log;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAll(work.Upgrades.Select(upgrade => CarryAsync(upgrade, stoppingToken)));
            await Task.Delay(LookEvery, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task CarryAsync(string upgrade, CancellationToken cancellation)
    {
        try
        {
            await advance.RunAsync(new UpgradeInput(upgrade), cancellation);
            if (!work.IsUnderWay(upgrade))
                await orchestrations.WakeAsync(upgrade, cancellation);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            LogFailed(upgrade, failure);
        }
        catch (Exception)
        {
            // The process ends.
        }
    }

    [LoggerMessage(1804, LogLevel.Warning, "{Upgrade}: what is under way here could not be looked at")]
    private partial void LogFailed(string upgrade, Exception failure);
}
