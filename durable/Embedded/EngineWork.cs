using Microsoft.Extensions.Logging;

namespace ControlPlane.Durable.Embedded;

/// <summary>What waits to be done, shared by the parts of the engine.</summary>
internal sealed class EngineWork : IDisposable
{
    private const int Capacity = 4096;
    private const int ActivityCapacity = 256;

    public EngineWork(IOrchestrationStore store, TimeProvider time, ILogger logger)
    {
        Retries = new(time, logger, Reload);
        Timers = new(time);
        Turns = new(
            repeats: true,
            Capacity,
            static instanceId => instanceId,
            (top, giveUp) => Retries.RunAsync(cancellation => store.ReadyInstancesAsync(top, cancellation), giveUp));
        Activities = new(
            repeats: false,
            ActivityCapacity,
            static work => work.Id,
            (top, giveUp) => Retries.RunAsync(cancellation => store.OpenActivitiesAsync(top, cancellation), giveUp));
    }

    /// <summary>Instances with something to do.</summary>
    public Backlog<string, string> Turns { get; }

    /// <summary>Activity calls to run. Few are kept here, because they hold their inputs.</summary>
    public Backlog<long, ActivityWork> Activities { get; }

    /// <summary>When the next timer is due.</summary>
    public TimerClock Timers { get; }

    /// <summary>How the store is called.</summary>
    public StoreRetries Retries { get; }

    /// <summary>Reads everything again, after the store has failed: its last answers may have been lost.</summary>
    public void Reload()
    {
        Turns.Reload();
        Activities.Reload();
        Timers.Look();
    }

    public void Dispose()
    {
        Turns.Dispose();
        Activities.Dispose();
    }
}
