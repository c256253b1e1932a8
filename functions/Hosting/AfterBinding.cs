using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ControlPlane.Functions.Hosting;

/// <summary>
/// Lets background work begin only when the port is bound. A start that is refused has then begun nothing, and has
/// nothing to break off.
/// </summary>
/// <typeparam name="T">The work.</typeparam>
internal sealed class AfterBinding<T>(T work, IHostApplicationLifetime lifetime) : BackgroundService
    where T : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!await StartedAsync(stoppingToken))
            return;
        await work.StartAsync(stoppingToken);
        await work.ExecuteTask!;
    }

    /// <summary>False when the program is stopped before it has started.</summary>
    private async Task<bool> StartedAsync(CancellationToken stopping)
    {
        var started = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var whenStarted = lifetime.ApplicationStarted.Register(() => started.TrySetResult(true));
        await using var whenStopped = stopping.Register(() => started.TrySetResult(false));
        return await started.Task;
    }
}

internal static class BackgroundWork
{
    public static void AddBackgroundWork<T>(this IServiceCollection services)
        where T : BackgroundService
    {
        services.TryAddSingleton<T>();
        services.AddHostedService<AfterBinding<T>>();
    }
}
