using System.Text.Json;
using ControlPlane.Durable.Model;
using ControlPlane.Durable.Protocol;
using ControlPlane.Durable.Replay;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Orchestrations;
using ControlPlane.TestKit;
using Google.Protobuf.WellKnownTypes;
using Kind = ControlPlane.Durable.Protocol.OrchestratorAction.OrchestratorActionTypeOneofCase;

namespace ControlPlane.Functions.Tests.Groups;

/// <summary>
/// Plays a watch as the Functions host does, on a clock that jumps from one timer to the next: each call of the program
/// with a history, the one after a continue-as-new included, is a turn that is paid for.
/// </summary>
internal sealed class PlayedWatch(FakeTimeProvider time, Func<WatchInput, Task<WatchResult>> evaluate)
{
    private readonly OrchestratorExecutor _executor = new(new OrchestrationRegistry(ControlPlaneJson.Default.Options)
        .AddOrchestrator<WatchInput, WatchResult>(Names.WatchGroup, WatchGroup.RunAsync));

    private readonly List<HistoryEvent> _past = [];
    private DateTimeOffset? _timer;
    private int _timerId;

    /// <summary>How often the program was called.</summary>
    public int Turns { get; private set; }

    /// <summary>When each look was taken, and what it came to.</summary>
    public List<(DateTimeOffset At, WatchInput Input, WatchResult Result)> Looks { get; } = [];

    /// <summary>How the watch has ended; null while it goes on.</summary>
    public OrchestrationStatus? End { get; private set; }

    public Task StartAsync(WatchInput input) => TurnAsync(Started(JsonSerializer.Serialize(input, ControlPlaneJson.Default.WatchInput)));

    /// <summary>Goes on from a history that another version of the program has left, when its timer fires.</summary>
    public Task ResumeAsync(IEnumerable<HistoryEvent> past, int timerId)
    {
        _past.AddRange(past);
        return TurnAsync(new HistoryEvent { EventId = -1, TimerFired = new() { TimerId = timerId, FireAt = time.GetUtcNow().ToTimestamp() } });
    }

    /// <summary>Lets time pass until a moment.</summary>
    public async Task PlayUntilAsync(DateTimeOffset end)
    {
        while (_timer is { } due && due <= end)
        {
            time.Advance(due - time.GetUtcNow());
            await TurnAsync(new HistoryEvent { EventId = -1, TimerFired = new() { TimerId = _timerId, FireAt = due.ToTimestamp() } });
        }

        time.Advance(end - time.GetUtcNow());
    }

    public Task WakeAsync() => TurnAsync(new HistoryEvent { EventId = -1, EventRaised = new() { Name = Names.WakeEvent, Input = "true" } });

    public static HistoryEvent Started(string? input) => new()
    {
        EventId = -1,
        ExecutionStarted = new() { Name = Names.WatchGroup, Input = input, OrchestrationInstance = new() { InstanceId = "watch:w", ExecutionId = "run" } },
    };

    private async Task TurnAsync(HistoryEvent news)
    {
        _timer = null;
        for (HistoryEvent? next = news; next is not null;)
        {
            var request = new OrchestratorRequest { InstanceId = "watch:w" };
            request.PastEvents.AddRange(_past);
            request.NewEvents.Add(new HistoryEvent { EventId = -1, Timestamp = time.GetUtcNow().ToTimestamp(), OrchestratorStarted = new() });
            request.NewEvents.Add(next);
            Turns++;
            var response = _executor.Execute(request);
            _past.AddRange(request.NewEvents);
            next = null;
            foreach (var action in response.Actions)
                next = await DoAsync(action) ?? next;
        }
    }

    private async Task<HistoryEvent?> DoAsync(OrchestratorAction action)
    {
        switch (action.OrchestratorActionTypeCase)
        {
            case Kind.ScheduleTask:
                var input = JsonSerializer.Deserialize(action.ScheduleTask.Input, ControlPlaneJson.Default.WatchInput)!;
                _past.Add(new HistoryEvent { EventId = action.Id, TaskScheduled = new() { Name = action.ScheduleTask.Name } });
                var at = time.GetUtcNow();
                var result = await evaluate(input);
                Looks.Add((at, input, result));
                return new HistoryEvent
                {
                    EventId = -1,
                    TaskCompleted = new() { TaskScheduledId = action.Id, Result = JsonSerializer.Serialize(result, ControlPlaneJson.Default.WatchResult) },
                };
            case Kind.CreateTimer:
                (_timer, _timerId) = (action.CreateTimer.FireAt.ToDateTimeOffset(), action.Id);
                _past.Add(new HistoryEvent { EventId = action.Id, TimerCreated = new() { FireAt = action.CreateTimer.FireAt } });
                return null;
            case Kind.CompleteOrchestration when action.CompleteOrchestration.OrchestrationStatus == OrchestrationStatus.ContinuedAsNew:
                _past.Clear();
                return Started(action.CompleteOrchestration.Result);
            default:
                End = action.CompleteOrchestration.OrchestrationStatus;
                return null;
        }
    }
}
