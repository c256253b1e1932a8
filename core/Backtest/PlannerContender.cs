using ControlPlane.Core.Backends;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Scaling;
using ControlPlane.Core.Scaling.Strategies;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Core.Backtest;

/// <summary>The planner itself with a monitor's policy, fed with what the routers would report.</summary>
public sealed class PlannerContender : IContender
{
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly Queue<string> _unmet = new();
    private readonly List<Decision> _actions = [];
    private readonly IAllocateStrategy _strategy;
    private readonly Monitor _monitor;
    private readonly DateTimeOffset _start;
    private readonly TimeSpan _step;
    private readonly int _lookEvery, _keptActions;
    private GroupState _state = new();

    /// <summary>Makes one for one play.</summary>
    /// <param name="monitor">The policy.</param>
    /// <param name="workload">What is played; its start is what schedules go by.</param>
    /// <param name="setting">The world; the group is looked at in every step, or every few, as the monitor's period says.</param>
    /// <param name="keptActions">How many of the first decisions that change the group are kept; default none.</param>
    /// <exception cref="ArgumentException">There is no such strategy.</exception>
    public PlannerContender(Monitor monitor, Workload workload, Setting setting, int keptActions = 0)
    {
        _strategy = AllocateStrategies.Find(monitor.Strategy) ?? throw new ArgumentException($"There is no strategy \"{monitor.Strategy}\".", nameof(monitor));
        (_monitor, _start, _step, _keptActions) = (monitor, workload.Start, setting.Step, keptActions);
        _lookEvery = Math.Max(1, (int)Math.Round(monitor.Period / _step));
    }

    /// <inheritdoc/>
    public string Name => _strategy.Name;

    /// <inheritdoc/>
    public int Grace => (int)(_monitor.DrainDeadline / _step);

    /// <summary>The first decisions that changed the group.</summary>
    public IReadOnlyList<Decision> Actions => _actions;

    /// <inheritdoc/>
    public Orders Look(Scene scene)
    {
        if (scene.Step % _lookEvery != 0)
            return Orders.None;
        foreach (var instance in scene.Instances.Where(instance => !_names.ContainsKey(instance.Name)))
            _names[instance.Name] = _unmet.TryDequeue(out var ordered) ? ordered : instance.Name;
        var (decision, next) = Planner.Decide(View(scene, At(scene.Step + 1)), _strategy);
        _state = next;
        foreach (var name in decision.Start)
            _unmet.Enqueue(name);
        if (decision.Action != ScalingAction.None && _actions.Count < _keptActions)
            _actions.Add(decision);
        return new Orders(decision.Start.Count, Seen(scene, decision.Retire), Seen(scene, decision.Reclaim));
    }

    private DateTimeOffset At(int step) => _start + (_step * step);

    private GroupView View(Scene scene, DateTimeOffset now) => new()
    {
        Monitor = _monitor,
        State = _state,
        Now = now,
        Pressure = new Pressure
        {
            At = now,
            Queued = scene.Queued,
            OldestWait = _step * scene.OldestWait,
            Finished = scene.Finished,
            Backends = [.. scene.Instances.Where(instance => instance.ReadyAt <= scene.Step).Select(instance => Load(instance, scene))],
        },
        Instances = [.. scene.Instances.Select(instance => Row(instance, scene))],
    };

    private InstanceLoad Load(SimInstance instance, Scene scene) => new()
    {
        Name = _names[instance.Name],
        State = instance.LeavingSince is null ? BackendState.Ready : BackendState.Draining,
        IsManaged = true,
        InFlight = instance.Running.Count,
        MaxJobs = scene.Setting.Slots,
        // A router sees how long a job has run and not how long it will. A job of a mixed load runs on, in the mean, about
        // as long as it has run.
        RemainingWork = instance.Running.Select(job => _step * (scene.Step + 1 - job.Began)).DefaultIfEmpty().Max(),
        RunTime = _step * instance.Running.Sum(job => Math.Min(scene.Step + 1 - job.Began, InstanceLoad.LongestRunTime / _step)),
    };

    private Instance Row(SimInstance instance, Scene scene) => new()
    {
        Name = _names[instance.Name],
        Monitor = _monitor.Name,
        Tag = _monitor.Tag,
        Provider = _monitor.Provider,
        Profile = _monitor.Profile,
        OrderedAt = At(instance.OrderedAt + 1),
        ReadyAt = instance.ReadyAt <= scene.Step ? At(instance.ReadyAt) : null,
        Phase = instance.LeavingSince is not null ? InstancePhase.Retiring
            : instance.ReadyAt <= scene.Step ? InstancePhase.Running
            : InstancePhase.Starting,
    };

    private List<string> Seen(Scene scene, IReadOnlyList<string> names) => names.Count == 0
        ? []
        : [.. scene.Instances.Where(instance => names.Contains(_names[instance.Name])).Select(instance => instance.Name)];
}
