using ControlPlane.Core.Scaling.Load;

namespace ControlPlane.Core.Scaling;

/// <summary>draft</summary>
public sealed class SloSlack : IAllocateStrategy
{
    /// <inheritdoc/>
    public string Name => "SloSlack";

    /// <inheritdoc/>
    public Proposal Propose(GroupView group)
    {
        var load = LoadMemory.After(group.Memory.Load, group.Pressure);
        var slots = group.SlotsPerInstance;
        var slow = load.Mean(15) ?? group.Pressure.Running;
        var outstanding = (group.Pressure.Queued + (group.Pressure.Running / 2.0)) * load.JobSeconds;
        var a = (int)Math.Ceiling(1.03 * slow / slots);
        var b = (int)Math.Ceiling(outstanding / slots / 210);
        return new Proposal(Math.Max(a, b), "slo", $"demand {slow:0.0} slots, outstanding {outstanding:0} s", "") { Load = load };
    }
}
