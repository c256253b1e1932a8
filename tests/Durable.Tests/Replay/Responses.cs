using ControlPlane.Durable.Protocol;
using Kind = ControlPlane.Durable.Protocol.OrchestratorAction.OrchestratorActionTypeOneofCase;

namespace ControlPlane.Durable.Tests.Replay;

/// <summary>What tests ask of a response.</summary>
internal static class Responses
{
    /// <summary>Each action in a word, such as "0:Buy" or "2:timer".</summary>
    public static string Actions(this OrchestratorResponse response) => string.Join(' ', response.Actions.Select(Describe));

    public static CompleteOrchestrationAction Completion(this OrchestratorResponse response) =>
        Assert.Single(response.Actions, action => action.OrchestratorActionTypeCase == Kind.CompleteOrchestration).CompleteOrchestration;

    public static string? Output(this OrchestratorResponse response)
    {
        var completion = response.Completion();
        Assert.Equal(OrchestrationStatus.Completed, completion.OrchestrationStatus);
        return completion.Result;
    }

    public static TaskFailureDetails Failure(this OrchestratorResponse response)
    {
        var completion = response.Completion();
        Assert.Equal(OrchestrationStatus.Failed, completion.OrchestrationStatus);
        return completion.FailureDetails;
    }

    private static string Describe(OrchestratorAction action) => $"{action.Id}:" + action.OrchestratorActionTypeCase switch
    {
        Kind.ScheduleTask => action.ScheduleTask.Name,
        Kind.CreateSubOrchestration => action.CreateSubOrchestration.Name,
        Kind.SendEvent => action.SendEvent.Name,
        Kind.CreateTimer => "timer",
        Kind.CompleteOrchestration => action.CompleteOrchestration.OrchestrationStatus.ToString(),
        _ => "none",
    };
}
