using ControlPlane.Durable.Model;
using ControlPlane.Durable.Protocol;
using ControlPlane.Durable.Replay;

namespace ControlPlane.Durable.Tests.Replay;

/// <summary>One orchestrator named Sample, run over hand-written histories.</summary>
internal sealed class Sample
{
    private readonly OrchestratorExecutor _executor;

    private Sample(OrchestrationRegistry registry) => _executor = new(registry);

    public static Sample Of<TIn, TOut>(Func<OrchestrationContext, TIn, Task<TOut>> run) =>
        new(new OrchestrationRegistry().AddOrchestrator("Sample", run));

    public static Sample Of<TOut>(Func<OrchestrationContext, Task<TOut>> run) => Of<object?, TOut>((context, _) => run(context));

    public static Sample Of(Func<OrchestrationContext, Task> run) =>
        new(new OrchestrationRegistry().AddOrchestrator<object?>("Sample", (context, _) => run(context)));

    /// <summary>Events before the bar are past, those after it are new.</summary>
    public OrchestratorResponse Run(HistoryEvent[] past, HistoryEvent[] news) => _executor.Execute(new()
    {
        InstanceId = "i",
        PastEvents = { past },
        NewEvents = { news },
    });

    /// <summary>A first turn.</summary>
    public OrchestratorResponse First(params HistoryEvent[] news) =>
        Run([], [History.TurnStarted(), History.Started(), .. news]);
}
