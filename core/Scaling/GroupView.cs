using ControlPlane.Core.Backends;
using ControlPlane.Core.Groups;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Scaling.Load;
using ControlPlane.Core.Scaling.Policies;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Core.Scaling;

/// <summary>Everything that a decision is made from.</summary>
public sealed record GroupView
{
    /// <summary>The policy.</summary>
    public required Monitor Monitor { get; init; }

    /// <summary>What the group remembers.</summary>
    public required GroupState State { get; init; }

    /// <summary>What it is asked to do.</summary>
    public required Pressure Pressure { get; init; }

    /// <summary>Its instances, in every phase.</summary>
    public required IReadOnlyList<Instance> Instances { get; init; }

    /// <summary>Running instances that are beyond repair, with the reason of each.</summary>
    public IReadOnlyDictionary<string, string> Broken { get; init; } = new Dictionary<string, string>();

    /// <summary>How many more instances it has slots and budget for.</summary>
    public Room Room { get; init; } = Room.Unlimited;

    /// <summary>The last values of the policy's signals that come from outside.</summary>
    public IReadOnlyList<SignalReading> Readings { get; init; } = [];

    /// <summary>The last answers to the policy's blockers.</summary>
    public IReadOnlyList<BlockerReading> BlockerReadings { get; init; } = [];

    /// <summary>What people and alerts ask for; those that are over do not count.</summary>
    public IReadOnlyList<Demand> Demands { get; init; } = [];

    /// <summary>What the group serves from; null when it was never upgraded.</summary>
    public Group? Serving { get; init; }

    /// <summary>Now.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>What the monitor says beyond its bounds.</summary>
    public ScalingPolicy Policy => Monitor.Policy ?? ScalingPolicy.None;

    /// <summary>What the group remembers.</summary>
    public ScalingMemory Memory => State.Memory ?? new ScalingMemory();

    /// <summary>Job slots of one instance, in the mean of those that are ready.</summary>
    public double SlotsPerInstance => Ready.Select(backend => (double)Math.Max(1, backend.MaxJobs)).DefaultIfEmpty(1).Average();

    /// <summary>Instances being made.</summary>
    public int Starting => Instances.Count(instance => instance.Phase == InstancePhase.Starting);

    /// <summary>Instances on their way out, broken ones included: they still take room.</summary>
    public int Leaving => Instances.Count(instance => instance.Phase == InstancePhase.Retiring) + Broken.Count;

    /// <summary>
    /// Instances that serve, will serve soon, or may recover. A backend that was added by hand counts while it serves
    /// or joins; an unhealthy one does not, since nobody here can mend it.
    /// </summary>
    public int Current =>
        Starting
        + Instances.Count(instance => instance.Phase == InstancePhase.Running && !Broken.ContainsKey(instance.Name))
        + ByHand;

    /// <summary>The backends that get work.</summary>
    public IEnumerable<InstanceLoad> Ready => Pressure.Backends.Where(backend => backend.State == BackendState.Ready);

    /// <summary>Backends among them that were added by hand.</summary>
    public int ByHand => Pressure.Backends.Count(backend => backend is { IsManaged: false, State: BackendState.Ready or BackendState.Joining });

    /// <summary>What there should be: the instances that the group is meant to have, and whatever people have added beside them.</summary>
    public int Meant => State.Target + ByHand;

    /// <summary>The count to start from: what there should be, or more when there is more.</summary>
    public int Base => Math.Max(Meant, Current);

    /// <summary>Whether a backend is an instance that has not served for a whole window of looks yet. It has had no chance to be busy.</summary>
    public bool IsNew(InstanceLoad backend) => Instances.Any(instance =>
        instance.Name == backend.Name
        && (instance.Phase == InstancePhase.Starting || Now - instance.ReadyAt < Monitor.Period * Monitor.Samples));
}
