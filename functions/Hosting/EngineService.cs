using ControlPlane.Durable.Embedded;

namespace ControlPlane.Functions.Hosting;

/// <summary>Runs the embedded engine for as long as the process serves.</summary>
internal sealed class EngineService(EmbeddedEngine engine) : IHostedService
{
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(5);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        engine.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => engine.StopAsync(StopDeadline);
}
