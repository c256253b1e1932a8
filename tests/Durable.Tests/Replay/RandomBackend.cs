using ControlPlane.Durable.Protocol;
using ControlPlane.Durable.Replay;
using Google.Protobuf.WellKnownTypes;
using Kind = ControlPlane.Durable.Protocol.OrchestratorAction.OrchestratorActionTypeOneofCase;

namespace ControlPlane.Durable.Tests.Replay;

/// <summary>
/// Plays the backend for one instance: delivers what it was asked for late, out of order and more than once, suspends
/// and resumes, and checks in every turn that replay and first run agree.
/// </summary>
internal sealed class RandomBackend(int seed)
{
    private const int MostTurns = 500;

    private readonly Random _random = new(seed);
    private readonly OrchestratorExecutor _executor = new(RandomProgram.Registry(seed));
    private readonly List<HistoryEvent> _history = [];
    private readonly List<HistoryEvent> _due = [];
    private readonly List<HistoryEvent> _delivered = [];
    private DateTimeOffset _now = History.Start;
    private bool _suspended;
    private int _generation;

    /// <summary>Runs to the end and returns how many turns it took.</summary>
    public int Run()
    {
        List<HistoryEvent> opening = [Started("""{"generation":0,"seen":[]}""")];
        for (var turns = 1; turns <= MostTurns; turns++)
        {
            List<HistoryEvent> news = [Begin(), .. opening, .. Deliver()];
            opening = [];
            var response = Execute(news);
            var completion = response.Actions.LastOrDefault(action => action.CompleteOrchestration is not null)?.CompleteOrchestration;
            if (completion?.OrchestrationStatus == OrchestrationStatus.ContinuedAsNew)
                opening = BeginNext(completion);
            else if (completion is not null)
                return completion.OrchestrationStatus == OrchestrationStatus.Completed ? turns : throw Wrong($"failed: {completion.FailureDetails}");
            else
                Commit(news, response);
        }

        throw Wrong($"has not ended after {MostTurns} turns");
    }

    private OrchestratorResponse Execute(List<HistoryEvent> news)
    {
        var response = Execute(_history, news);
        if (!response.Equals(Execute(_history, news)))
            throw Wrong("gave two answers to one request");
        if (!response.Equals(Execute([], [.. _history, .. news])))
            throw Wrong("gave another answer in one go than in replay");
        return response;
    }

    private OrchestratorResponse Execute(List<HistoryEvent> past, List<HistoryEvent> news) =>
        _executor.Execute(new() { InstanceId = "i", PastEvents = { past }, NewEvents = { news } });

    private void Commit(List<HistoryEvent> news, OrchestratorResponse response)
    {
        _history.AddRange([.. news, .. response.Actions.Select(Record), History.TurnCompleted()]);
        foreach (var action in response.Actions)
            _due.Add(Answer(action));
        var again = Execute(_history, []);
        if (again.Actions.Count > 0)
            throw Wrong($"asked again for what history confirms: {again}");
        if (again.CustomStatus != response.CustomStatus)
            throw Wrong("lost its custom status");
    }

    private List<HistoryEvent> BeginNext(CompleteOrchestrationAction completion)
    {
        _history.Clear();
        _due.Clear();
        _delivered.Clear();
        _generation++;
        return [Started(completion.Result), .. completion.CarryoverEvents];
    }

    private HistoryEvent Begin()
    {
        _now = _now.AddSeconds(_random.Next(1, 5));
        return new() { EventId = -1, Timestamp = _now.ToTimestamp(), OrchestratorStarted = new() };
    }

    private HistoryEvent Started(string? input) => History.Started(input, execution: $"run{_generation}");

    private List<HistoryEvent> Deliver()
    {
        List<HistoryEvent> news = [];
        for (var count = _random.Next(1, 4); count > 0 && _due.Count > 0; count--)
        {
            var index = _random.Next(_due.Count);
            news.Add(_due[index]);
            _delivered.Add(_due[index]);
            _due.RemoveAt(index);
        }

        if (_delivered.Count > 0 && _random.Next(3) == 0)
            news.Add(Duplicate());
        // What waits for an event gets one in the end, whatever it waits for.
        if (_due.Count == 0)
            news.AddRange(RandomProgram.Events.Select(name => History.Raised(name.ToUpperInvariant(), $"\"{_random.Next(10)}\"")));
        if (_suspended || _random.Next(10) == 0)
        {
            news.Insert(_random.Next(news.Count + 1), _suspended ? History.Resumed() : History.Suspended());
            _suspended = !_suspended;
        }

        return news;
    }

    // An event may come twice from outside, and then it is two events; the end of a task may not count twice.
    private HistoryEvent Duplicate() =>
        _delivered[_random.Next(_delivered.Count)] is { EventRaised: null } end ? end : new() { EventId = -1, GenericEvent = new() };

    private static HistoryEvent Record(OrchestratorAction action) => action.OrchestratorActionTypeCase switch
    {
        Kind.ScheduleTask => History.Scheduled(action.Id, action.ScheduleTask.Name),
        Kind.CreateSubOrchestration => History.ChildCreated(action.Id, action.CreateSubOrchestration.Name),
        Kind.CreateTimer => History.TimerCreated(action.Id),
        Kind.SendEvent => History.Sent(action.Id, action.SendEvent.Name),
        _ => throw new InvalidOperationException($"No history event for {action}."),
    };

    private HistoryEvent Answer(OrchestratorAction action) => action.OrchestratorActionTypeCase switch
    {
        Kind.ScheduleTask when action.ScheduleTask.Name.EndsWith("-bad", StringComparison.Ordinal) =>
            History.Failed(action.Id, new() { ErrorType = "Bad", ErrorMessage = "bad", IsNonRetriable = _random.Next(5) == 0 }),
        Kind.ScheduleTask => History.Completed(action.Id, $"\"result {action.Id}\""),
        Kind.CreateSubOrchestration when _random.Next(4) == 0 => History.ChildFailed(action.Id),
        Kind.CreateSubOrchestration => History.ChildCompleted(action.Id, $"\"child {action.Id}\""),
        Kind.CreateTimer => History.TimerFired(action.Id),
        _ => History.Raised(action.SendEvent.Name, action.SendEvent.Data),
    };

    private InvalidOperationException Wrong(string what) => new($"The program of seed {seed} {what}.");
}
