using System.Threading.Channels;
using ControlPlane.Durable.Protocol;

namespace ControlPlane.FunctionsHost.Durable;

/// <summary>A task hub: instances, their messages, activities and timers. Each change is stored whole or not at all.</summary>
public sealed class TaskHub
{
    private readonly Lock _gate = new();
    private readonly HubFile _file;
    private readonly HubState _state;
    private readonly TimeProvider _time;
    private readonly Channel<string> _turns = Channel.CreateUnbounded<string>();
    private readonly Channel<ActivityItem> _activities = Channel.CreateUnbounded<ActivityItem>();
    private readonly HashSet<string> _inTurn = [];

    internal TaskHub(HubFile file, TimeProvider time)
    {
        (_file, _time) = (file, time);
        _state = file.Load();
        foreach (var id in _state.Inboxes.Keys)
            Wake(id);
        foreach (var activity in _state.Activities)
            _activities.Writer.TryWrite(activity);
    }

    /// <summary>All instances, in the order of their ids.</summary>
    public IReadOnlyList<HubInstance> Instances
    {
        get
        {
            lock (_gate)
                return [.. _state.Instances.Values.OrderBy(instance => instance.Id, StringComparer.Ordinal)];
        }
    }

    internal ChannelReader<string> Turns => _turns.Reader;

    internal ChannelReader<ActivityItem> Activities => _activities.Reader;

    /// <summary>Reads one instance; null when there is none.</summary>
    public HubInstance? Find(string id)
    {
        lock (_gate)
            return _state.Instances.GetValueOrDefault(id);
    }

    /// <summary>Delivers a message as any sender could: tests give duplicates and strays with it.</summary>
    public void Send(HubMessage message) => Change(() => Post(message));

    /// <summary>False when the id is in use.</summary>
    internal bool Start(string name, string id, string? input, string? version) => Change(() =>
    {
        if (_state.Instances.TryGetValue(id, out var present) && !present.IsFinished)
            return false;
        var at = _time.GetUtcNow();
        var started = new ExecutionStartedEvent
        {
            Name = name,
            Version = version,
            Input = input,
            OrchestrationInstance = new() { InstanceId = id, ExecutionId = Guid.NewGuid().ToString("N") },
        };
        var execution = started.OrchestrationInstance.ExecutionId;
        _state.Instances[id] = new HubInstance { Id = id, Name = name, Version = version, ExecutionId = execution, Input = input, Created = at, Updated = at };
        Post(new HubMessage(id, execution, Events.Started(at, started)));
        return true;
    });

    internal bool Purge(string id) => Change(() => _state.Instances.Remove(id));

    /// <summary>Takes the messages of an instance for a turn; null when there is nothing to do. They stay until it is committed.</summary>
    internal TurnWork? Take(string id)
    {
        lock (_gate)
        {
            if (!_state.Inboxes.TryGetValue(id, out var inbox) || inbox.Count == 0 || !_inTurn.Add(id))
                return null;
            return new TurnWork(id, _state.Instances.GetValueOrDefault(id), [.. inbox]);
        }
    }

    /// <summary>Stores a turn. An instance that was purged meanwhile stays away.</summary>
    internal void Commit(TurnWork work, HubInstance? row, TurnEffects effects) => Change(() =>
    {
        Consume(work);
        if (row is not null && (work.Row is null || _state.Instances.ContainsKey(work.InstanceId)))
            _state.Instances[work.InstanceId] = row;
        foreach (var activity in effects.Activities)
        {
            _state.Activities.Add(activity);
            _activities.Writer.TryWrite(activity);
        }

        _state.Timers.AddRange(effects.Timers);
        foreach (var message in effects.Messages)
            Post(message);
        Release(work.InstanceId);
    });

    /// <summary>Gives a turn back: its messages come again.</summary>
    internal void Abandon(TurnWork work) => Change(() => Release(work.InstanceId));

    /// <summary>Stores the end of an activity.</summary>
    internal void Complete(ActivityItem item, IEnumerable<HistoryEvent> ends) => Change(() =>
    {
        if (!_state.Activities.Remove(item))
            return;
        foreach (var end in ends)
            Post(new HubMessage(item.InstanceId, item.ExecutionId, end));
    });

    /// <summary>Gives an activity back: it runs again.</summary>
    internal void Abandon(ActivityItem item) => _activities.Writer.TryWrite(item);

    /// <summary>Delivers what has become due.</summary>
    internal void FireTimers()
    {
        var now = _time.GetUtcNow();
        lock (_gate)
        {
            if (!_state.Timers.Exists(timer => timer.Due <= now))
                return;
        }

        Change(() =>
        {
            foreach (var timer in _state.Timers.Where(timer => timer.Due <= now).OrderBy(timer => timer.Due).ToList())
            {
                _state.Timers.Remove(timer);
                Post(timer.Message);
            }
        });
    }

    private void Consume(TurnWork work)
    {
        if (!_state.Inboxes.TryGetValue(work.InstanceId, out var inbox))
            return;
        inbox.RemoveRange(0, work.Messages.Count);
        if (inbox.Count == 0)
            _state.Inboxes.Remove(work.InstanceId);
    }

    private void Release(string id)
    {
        _inTurn.Remove(id);
        if (_state.Inboxes.ContainsKey(id))
            Wake(id);
    }

    private void Post(HubMessage message)
    {
        if (!_state.Inboxes.TryGetValue(message.InstanceId, out var inbox))
            _state.Inboxes[message.InstanceId] = inbox = [];
        inbox.Add(message);
        Wake(message.InstanceId);
    }

    private void Wake(string id) => _turns.Writer.TryWrite(id);

    private void Change(Action change) => Change(() =>
    {
        change();
        return true;
    });

    private T Change<T>(Func<T> change)
    {
        lock (_gate)
        {
            var result = change();
            _file.Save(_state);
            return result;
        }
    }
}
