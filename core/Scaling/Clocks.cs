using ControlPlane.Core.Instances;
using ControlPlane.Core.Scaling.Load;

namespace ControlPlane.Core.Scaling;

/// <summary>
/// The two clocks of a policy. Both begin when an instance is ready, not when it was ordered: a clock that runs out while
/// the instance still boots has waited for nothing.
/// </summary>
internal sealed class Clocks(GroupView group, ScalingMemory memory)
{
    private readonly DateTimeOffset? _ready = group.Instances.Select(instance => instance.ReadyAt).Max();

    private bool IsBooting => group.Starting > 0 && group.Policy.OutCooldown > TimeSpan.Zero;

    /// <summary>When growth is next allowed; null when it is now, or when the clock has not begun.</summary>
    public DateTimeOffset? NextOut => Later(_ready, group.Policy.OutCooldown);

    /// <summary>When shrinking is next allowed; null when it is now.</summary>
    public DateTimeOffset? NextIn => Later(Latest(_ready, memory.ShrankAt), group.Policy.InCooldown);

    public bool HoldsOut => IsBooting || NextOut is not null;

    public bool HoldsIn => NextIn is not null;

    public string OutReason => IsBooting
        ? $"{group.Instances.Count(instance => instance.Phase == InstancePhase.Starting)} still boot, and the pause after it is {Words.Span(group.Policy.OutCooldown)}"
        : $"no growth for {Words.Span(group.Policy.OutCooldown)} after an instance became ready";

    public string InReason => $"no shrinking for {Words.Span(group.Policy.InCooldown)} after an instance became ready or left";

    private DateTimeOffset? Later(DateTimeOffset? began, TimeSpan length) =>
        began + length is { } end && length > TimeSpan.Zero && end > group.Now ? end : null;

    private static DateTimeOffset? Latest(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null || other > one ? other : one;
}
