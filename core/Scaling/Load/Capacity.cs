using ControlPlane.Core.Instances;

namespace ControlPlane.Core.Scaling.Load;

/// <summary>What a group can work: what is ready now, and what boots from the moment at which it is expected.</summary>
internal sealed class Capacity(GroupView group)
{
    private readonly double[] _boots =
    [
        .. group.Instances
            .Where(instance => instance.Phase == InstancePhase.Starting)
            .Select(instance => group.Memory.Boots.Remaining(group.Now - instance.OrderedAt).TotalSeconds),
    ];

    /// <summary>Job slots of one instance.</summary>
    public double Slots { get; } = group.SlotsPerInstance;

    /// <summary>Job slots of all that are ready.</summary>
    public double ReadySlots { get; } = group.Ready.Sum(backend => (double)Math.Max(1, backend.MaxJobs));

    /// <summary>Whether nothing is ready and nothing boots.</summary>
    public bool IsNone => ReadySlots == 0 && _boots.Length == 0;

    /// <summary>Slot-seconds that can be worked in so many seconds from now.</summary>
    public double Within(double seconds) => (ReadySlots * seconds) + (Slots * _boots.Sum(boot => Math.Max(0, seconds - boot)));
}
