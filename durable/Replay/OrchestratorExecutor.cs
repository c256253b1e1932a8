using ControlPlane.Durable.Model;
using ControlPlane.Durable.Protocol;

namespace ControlPlane.Durable.Replay;

/// <summary>
/// Runs one turn of an orchestration: the same for the embedded engine and for Durable Task Framework. It is stateless,
/// safe to use from many threads at once, and answers every request, because an error would end the instance for good.
/// </summary>
/// <param name="registry">The orchestrators it can run.</param>
public sealed class OrchestratorExecutor(OrchestrationRegistry registry)
{
    /// <summary>Runs the code over past and new events and returns what it wants done, in ascending order of id.</summary>
    public OrchestratorResponse Execute(OrchestratorRequest request)
    {
        // An answer without any field set is zero bytes, which a backend takes for no answer at all.
        var response = new OrchestratorResponse { InstanceId = request.InstanceId };
        using var thread = new TurnThread();
        var context = new ReplayContext(request.InstanceId, thread, registry.Payload);
        try
        {
            Run(new Turn(context, thread, registry), context, request);
            response.Actions.AddRange(context.Actions.InOrder);
        }
        catch (Exception exception)
        {
            // What a run that left its history asked for must not be done: the failure is all that is answered.
            response.Actions.Add(new OrchestratorAction
            {
                Id = context.Actions.NextId,
                CompleteOrchestration = Completions.Failed(TaskFailure.FromException(exception)),
            });
        }

        TurnMetrics.Count(registry.TryGetOrchestrator(context.Name, out _) ? context.Name : "unknown");
        response.CustomStatus = context.CustomStatus;
        return response;
    }

    private static void Run(Turn turn, ReplayContext context, OrchestratorRequest request)
    {
        context.Replaying = true;
        foreach (var past in request.PastEvents)
            turn.Take(past);
        context.Replaying = false;
        foreach (var news in request.NewEvents)
            turn.Take(news);
        turn.End();
    }
}
