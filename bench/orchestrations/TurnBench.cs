using System.Diagnostics;
using ControlPlane.Durable.Model;
using ControlPlane.Durable.Protocol;
using ControlPlane.Durable.Replay;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Bench.Orchestrations;

/// <summary>How long the executor takes for one turn over a history, bytes in and bytes out, and how many turns it does in a second.</summary>
internal sealed class TurnBench(int events)
{
    private const int Rounds = 201;
    private static readonly TimeSpan RateTime = TimeSpan.FromSeconds(2);

    private readonly OrchestratorExecutor _executor = new(new OrchestrationRegistry().AddOrchestrator<int, int>("Count", async (context, count) =>
    {
        var sum = 0;
        for (var call = 0; call < count; call++)
            sum += await context.CallActivity<int>("One", call);
        return sum;
    }));

    private readonly byte[] _request = Google.Protobuf.MessageExtensions.ToByteArray(Request(events / 2));

    public Measured Run()
    {
        var times = Enumerable.Range(0, Rounds).Select(_ => Time()).ToList();
        return new(Median.Of(times), Rate());
    }

    /// <summary>Turns in a second with every core at it.</summary>
    private double Rate()
    {
        var turns = 0L;
        var begun = Stopwatch.GetTimestamp();
        Parallel.For(0, Environment.ProcessorCount, _ =>
        {
            while (Stopwatch.GetElapsedTime(begun) < RateTime)
            {
                Time();
                Interlocked.Increment(ref turns);
            }
        });
        return turns / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    private TimeSpan Time()
    {
        var started = Stopwatch.GetTimestamp();
        var response = _executor.Execute(OrchestratorRequest.Parser.ParseFrom(_request));
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

    /// <summary>One turn at a time, and as many as there are cores.</summary>
    internal sealed record Measured(TimeSpan Time, double PerSecond);
}
