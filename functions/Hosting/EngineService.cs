using ControlPlane.Durable.Embedded;

namespace ControlPlane.Functions.Hosting;

/// <summary>Runs the embedded engine for as long as the process serves.</summary>
internal sealed class EngineService(EmbeddedEngine engine) : IHostedLifecycleService
{
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(5);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Only now: while the port may still be refused, no order is carried out.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        engine.Start();
        return Task.CompletedTask;
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => engine.StopAsync(StopDeadline);

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
