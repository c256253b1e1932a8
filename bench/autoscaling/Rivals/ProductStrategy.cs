using ControlPlane.Bench.Autoscaling.Simulation;
using ControlPlane.Core.Backends;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Scaling;
using ControlPlane.Core.Scaling.Policies;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Bench.Autoscaling.Rivals;

/// <summary>The product: its planner with one of its strategies, fed with what its router would report.</summary>
internal sealed class ProductStrategy(IAllocateStrategy strategy, Workload workload, Setting setting) : IContender
{
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly Queue<string> _unmet = new();
    private readonly Monitor _monitor = Policy(strategy.Name, setting);
    private GroupState _state = new();

    /// <inheritdoc/>
    public string Name => strategy.Name;

    /// <inheritdoc/>
    public int Grace => (int)(_monitor.DrainDeadline / Setting.Step);

    /// <inheritdoc/>
    public Orders Look(Scene scene)
    {
        foreach (var instance in scene.Instances.Where(instance => !_names.ContainsKey(instance.Name)))
            _names[instance.Name] = _unmet.TryDequeue(out var ordered) ? ordered : instance.Name;
        var now = workload.Start + (Setting.Step * (scene.Step + 1));
        var (decision, next) = Planner.Decide(View(scene, now), strategy);
        _state = next;
        foreach (var name in decision.Start)
            _unmet.Enqueue(name);
        return new Orders(decision.Start.Count, Seen(scene, decision.Retire), Seen(scene, decision.Reclaim));
    }

    /// <summary>One set of parameters for all traces.</summary>
    private static Monitor Policy(string strategy, Setting setting) => new()
    {
        Id = 1,
        Name = "bench",
        Tag = "bench",
        Min = setting.Min,
        Max = setting.Max,
        Provider = "local",
        Strategy = strategy,
        Profile = "sql-engine",
        Period = Setting.Step,
        DrainDeadline = TimeSpan.FromMinutes(30),
        Policy = new ScalingPolicy
        {
            // The other strategies measure the use of slots, which they do when no signal is named.
            Signals = strategy is not ("SloSlack" or "Predictive") ? [] : [new Signal { Name = "wait", Kind = SignalKind.QueueWait, Target = (Setting.Step * setting.Slo).TotalSeconds }],
            HoldsBreakEven = true,
            SparesJobsOver = TimeSpan.FromMinutes(1),
        },
    };

    private GroupView View(Scene scene, DateTimeOffset now) => new()
    {
        Monitor = _monitor,
        State = _state,
        Now = now,
        Pressure = new Pressure
        {
            At = now,
            Queued = scene.Queued,
            OldestWait = Setting.Step * scene.OldestWait,
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
        RemainingWork = instance.Running.Select(job => Setting.Step * (scene.Step + 1 - job.Began)).DefaultIfEmpty().Max(),
        RunTime = Setting.Step * instance.Running.Sum(job => Math.Min(scene.Step + 1 - job.Began, InstanceLoad.LongestRunTime / Setting.Step)),
    };

    private Instance Row(SimInstance instance, Scene scene) => new()
    {
        Name = _names[instance.Name],
        Monitor = _monitor.Name,
        Tag = _monitor.Tag,
        Provider = _monitor.Provider,
        Profile = _monitor.Profile,
        OrderedAt = workload.Start + (Setting.Step * (instance.OrderedAt + 1)),
        ReadyAt = instance.ReadyAt <= scene.Step ? workload.Start + (Setting.Step * instance.ReadyAt) : null,
        Phase = instance.LeavingSince is not null ? InstancePhase.Retiring
            : instance.ReadyAt <= scene.Step ? InstancePhase.Running
            : InstancePhase.Starting,
    };

    private List<string> Seen(Scene scene, IReadOnlyList<string> names) =>
        [.. scene.Instances.Where(instance => names.Contains(_names[instance.Name])).Select(instance => instance.Name)];
}
