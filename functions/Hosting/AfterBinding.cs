using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ControlPlane.Functions.Hosting;

/// <summary>
/// Lets background work begin only when the port is bound. A start that is refused has then begun nothing: there is
/// nothing to break off, which the host would take for a crash and log at length.
/// </summary>
/// <typeparam name="T">The work.</typeparam>
internal sealed partial class AfterBinding<T>(T work, Breakdown breakdown, ILogger<AfterBinding<T>> log) : IHostedLifecycleService
    where T : BackgroundService
{
    private readonly ILogger<AfterBinding<T>> _log = log;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        await work.StartAsync(cancellationToken);
        _ = WatchAsync(work.ExecuteTask!);
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => work.StopAsync(cancellationToken);

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A program whose work has broken off looks well and does nothing; it is better to end.</summary>
    private async Task WatchAsync(Task working)
    {
        try
        {
            await working;
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            LogBroken(typeof(T).Name, failure);
            breakdown.End();
        }
        catch (OperationCanceledException)
        {
            // It was stopped.
        }
    }
}

internal static class BackgroundWork
{
    public static void AddBackgroundWork<T>(this IServiceCollection services)
        where T : BackgroundService
    {
        services.TryAddSingleton<Breakdown>();
        services.TryAddSingleton<T>();
        services.AddHostedService<AfterBinding<T>>();
    }
}
