using System.Diagnostics;
using ControlPlane.Durable.Model;
using ControlPlane.Durable.Protocol;
using ControlPlane.Durable.Replay;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Bench.Orchestrations;

/// <summary>How long the executor takes for one turn over a long history, bytes in and bytes out.</summary>
internal static class TurnBench
{
    private const int Rounds = 201;

    public static TimeSpan MedianOf(int events)
    {
        var calls = events / 2;
        var executor = new OrchestratorExecutor(new OrchestrationRegistry().AddOrchestrator<int, int>("Count", async (context, count) =>
        {
            var sum = 0;
            for (var call = 0; call < count; call++)
                sum += await context.CallActivity<int>("One", call);
            return sum;
        }));
        var bytes = Google.Protobuf.MessageExtensions.ToByteArray(Request(calls));
        var times = Enumerable.Range(0, Rounds).Select(_ => Time(executor, bytes)).Order().ToList();
        return times[Rounds / 2];
    }

    private static TimeSpan Time(OrchestratorExecutor executor, byte[] bytes)
    {
        var started = Stopwatch.GetTimestamp();
        var response = executor.Execute(OrchestratorRequest.Parser.ParseFrom(bytes));
        var answer = Google.Protobuf.MessageExtensions.ToByteArray(response);
        var time = Stopwatch.GetElapsedTime(started);
        return response.Actions.Count == 1 && answer.Length > 0
            ? time
            : throw new InvalidOperationException($"Not the answer expected: {response}");
    }

    private static OrchestratorRequest Request(int calls)
    {
        var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToTimestamp();
        var request = new OrchestratorRequest { InstanceId = "bench" };
        request.PastEvents.Add(new HistoryEvent { EventId = -1, Timestamp = at, OrchestratorStarted = new() });
        var started = new ExecutionStartedEvent { Name = "Count", Input = $"{calls + 1}" };
        request.PastEvents.Add(new HistoryEvent { EventId = -1, Timestamp = at, ExecutionStarted = started });
        for (var call = 0; call < calls; call++)
        {
            request.PastEvents.Add(new HistoryEvent { EventId = call, Timestamp = at, TaskScheduled = new() { Name = "One" } });
            var completed = new TaskCompletedEvent { TaskScheduledId = call, Result = "\"1\"" };
            request.PastEvents.Add(new HistoryEvent { EventId = -1, Timestamp = at, TaskCompleted = completed });
        }

        request.NewEvents.Add(new HistoryEvent { EventId = -1, Timestamp = at, OrchestratorStarted = new() });
        return request;
    }
}
