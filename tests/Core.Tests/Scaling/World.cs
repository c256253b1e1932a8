using ControlPlane.Core.Backends;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Scaling;
using ControlPlane.Core.Scaling.Strategies;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Core.Tests.Scaling;

/// <summary>
/// A small model of everything around the planner: orders are carried out late or fail, instances break, load comes and
/// goes, people change the bounds and add backends of their own.
/// </summary>
internal sealed class World
{
    private const int MaxJobs = 2;

    private readonly SortedDictionary<string, Instance> _instances = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, InstanceLoad> _backends = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _broken = new(StringComparer.Ordinal);
    private readonly HashSet<string> _calledBack = new(StringComparer.Ordinal);
    private readonly HashSet<string> _everNamed = new(StringComparer.Ordinal);
    private Monitor _monitor = Group.Policy(1, 4);
    private GroupState _state = new();
    private DateTimeOffset _now = Group.Now;
    private int _queued;
    private int _slots = 6;
    private int _handAdded;

    public int Min => _monitor.Min;

    public int Max => _monitor.Max;

    /// <summary>Backends that people have added.</summary>
    public int ByHand => _backends.Values.Count(backend => !backend.IsManaged);

    /// <summary>Instances in any phase.</summary>
    public int Rows => _instances.Count;

    /// <summary>The rules that were broken, each with the decision that broke it.</summary>
    public List<string> Faults { get; } = [];

    public void Play(IEnumerable<Step> steps)
    {
        foreach (var step in steps)
            Happens(step.Happening, step.Number);
    }

    public void Happens(Happening happening, int number)
    {
        switch (happening)
        {
            case Happening.Look: Look(); break;
            case Happening.TimePasses: _now += TimeSpan.FromSeconds(number * number); break;
            case Happening.JobsCome: _queued += number; break;
            case Happening.JobsEnd: EndJobs(number); break;
            case Happening.InstanceIsRegistered: Each(InstancePhase.Starting, number, Register); break;
            case Happening.InstanceServes: Each(InstancePhase.Starting, number, Serve); break;
            case Happening.StartFails: Each(InstancePhase.Starting, number, FailToStart); break;
            case Happening.BackendSickens: SetHealth(number, BackendState.Ready, BackendState.Unhealthy); break;
            case Happening.BackendRecovers: SetHealth(number, BackendState.Unhealthy, BackendState.Ready); break;
            case Happening.InstanceBreaks: Each(InstancePhase.Running, number, name => _broken[name] = "its process has ended"); break;
            case Happening.DrainBegins: Each(InstancePhase.Retiring, number, BeginDrain); break;
            case Happening.DrainIsCalledOff: Each(InstancePhase.Retiring, number, CallOffDrain); break;
            case Happening.DrainEnds: Each(InstancePhase.Retiring, number, name => _backends.Remove(name)); break;
            case Happening.InstanceIsGone: Each(InstancePhase.Retiring, number, Forget); break;
            case Happening.BoundsChange: _monitor = _monitor with { Min = number % 4, Max = Math.Max(1, (number % 4) + (number / 3)) }; break;
            case Happening.SlotsChange: _slots = number; break;
            case Happening.BackendIsAddedByHand: AddByHand(); break;
            case Happening.BackendIsRemovedByHand: RemoveByHand(number); break;
            default: throw new ArgumentOutOfRangeException(nameof(happening));
        }

        Dispatch();
    }

    /// <summary>From here on everything works, at once, until the group has had the time to reach any size.</summary>
    public void Settle(bool isBusy)
    {
        _slots = 100;
        _now += TimeSpan.FromMinutes(10);
        for (var look = 0; look < 100; look++)
        {
            foreach (var name in _backends.Keys.ToList())
                SetState(name, BackendState.Unhealthy, BackendState.Ready);
            _queued = isBusy && _backends.Count == 0 ? 1 : 0;
            foreach (var (name, backend) in _backends.ToList())
                _backends[name] = backend with { InFlight = isBusy ? 1 : 0 };
            Look();
            foreach (var instance in _instances.Values.ToList())
                Finish(instance);
        }
    }

    private void Finish(Instance instance)
    {
        if (instance.Phase == InstancePhase.Starting)
            Serve(instance.Name);
        else if (_calledBack.Contains(instance.Name))
            CallOffDrain(instance.Name);
        else if (instance.Phase == InstancePhase.Retiring)
            Forget(instance.Name);
    }

    private void Look()
    {
        var view = View();
        var (decision, next) = Planner.Decide(view, new JobNumAwareAllocate());
        var rowsBefore = Rows;
        Faults.AddRange(PlannerRules.Broken(view, decision, next).Select(rule => $"{rule}: {decision.Reason}"));

        foreach (var name in decision.Start)
        {
            _instances[name] = Order(name);
            if (!_everNamed.Add(name))
                Faults.Add($"{name} was ordered before");
        }

        foreach (var name in decision.Retire)
            _instances[name] = _instances[name] with { Phase = InstancePhase.Retiring, IsBroken = _broken.Remove(name) };
        _calledBack.UnionWith(decision.Reclaim);
        if (Rows > Math.Max(rowsBefore, Max))
            Faults.Add($"{Rows} instances, and the maximum is {Max}: {decision.Reason}");
        _state = next;
        _now += _monitor.Period;
    }

    private GroupView View() => new()
    {
        Monitor = _monitor,
        State = _state,
        Pressure = new Pressure { At = _now, Backends = [.. _backends.Values], Queued = _queued },
        Instances = [.. _instances.Values],
        Broken = new Dictionary<string, string>(_broken),
        Room = Room.Of(_slots - Rows),
        Now = _now,
    };

    private Instance Order(string name) => new()
    {
        Name = name,
        Monitor = _monitor.Name,
        Tag = _monitor.Tag,
        Provider = _monitor.Provider,
        Profile = _monitor.Profile,
        OrderedAt = _now,
    };

    private void Each(InstancePhase phase, int number, Action<string> action)
    {
        var names = _instances.Values.Where(instance => instance.Phase == phase).Select(instance => instance.Name).ToList();
        if (names.Count > 0)
            action(names[number % names.Count]);
    }

    private void Register(string name) =>
        _backends.TryAdd(name, new InstanceLoad { Name = name, State = BackendState.Ready, IsManaged = true, MaxJobs = MaxJobs });

    private void Serve(string name)
    {
        Register(name);
        _instances[name] = _instances[name] with { Phase = InstancePhase.Running, ReadyAt = _now };
        _state = _state.AfterStart();
    }

    private void FailToStart(string name)
    {
        Forget(name);
        _state = _state.AfterFailure("the port is taken", _now);
    }

    private void BeginDrain(string name)
    {
        SetState(name, BackendState.Ready, BackendState.Draining);
        SetState(name, BackendState.Unhealthy, BackendState.Draining);
    }

    private void CallOffDrain(string name)
    {
        if (!_calledBack.Remove(name) || !_backends.ContainsKey(name))
            return;
        _instances[name] = _instances[name] with { Phase = InstancePhase.Running, ReadyAt = _now };
        SetState(name, BackendState.Draining, BackendState.Ready);
    }

    private void Forget(string name)
    {
        _instances.Remove(name);
        _backends.Remove(name);
        _calledBack.Remove(name);
    }

    private void AddByHand()
    {
        var name = $"hand-{++_handAdded}";
        if (ByHand < 3)
            _backends[name] = new InstanceLoad { Name = name, State = BackendState.Ready, IsManaged = false, MaxJobs = MaxJobs };
    }

    private void RemoveByHand(int number)
    {
        var names = _backends.Values.Where(backend => !backend.IsManaged).Select(backend => backend.Name).ToList();
        if (names.Count > 0)
            _backends.Remove(names[number % names.Count]);
    }

    private void SetHealth(int number, BackendState from, BackendState to)
    {
        if (_backends.Count > 0)
            SetState(_backends.Keys.ElementAt(number % _backends.Count), from, to);
    }

    private void SetState(string name, BackendState from, BackendState to)
    {
        if (_backends.TryGetValue(name, out var backend) && backend.State == from)
            _backends[name] = backend with { State = to };
    }

    private void EndJobs(int number)
    {
        foreach (var (name, backend) in _backends.ToList())
            _backends[name] = backend with { InFlight = Math.Max(0, backend.InFlight - number) };
    }

    private void Dispatch()
    {
        foreach (var (name, backend) in _backends.Where(pair => pair.Value.State == BackendState.Ready).ToList())
        {
            var taken = Math.Min(_queued, backend.MaxJobs - backend.InFlight);
            _queued -= taken;
            _backends[name] = backend with { InFlight = backend.InFlight + taken };
        }
    }
}
