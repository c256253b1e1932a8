using ControlPlane.Core.Scaling.Load;
using ControlPlane.Core.Scaling.Strategies;

namespace ControlPlane.Core.Scaling;

/// <summary>From when on a group may change, as far as time alone decides it.</summary>
/// <param name="Out">The earliest time at which it may grow; null when none stands against it, or when its clock has not begun.</param>
/// <param name="In">The earliest time at which it may shrink; null when none stands against it.</param>
internal sealed record NextAllowed(DateTimeOffset? Out, DateTimeOffset? In)
{
    public static NextAllowed Of(GroupView group, Proposal proposal, Clocks clocks, ScalingMemory memory)
    {
        var pause = Future(group.Policy.Pause?.Until, group.Now);
        var retry = Future(group.State.RetryAt, group.Now);
        return new(Later(Later(clocks.NextOut, retry), pause), Later(Later(clocks.NextIn, WindowEnd(group, proposal, memory)), pause));
    }

    /// <summary>When the last of the earlier proposals that ask for all there is leaves the window. A new one may come before.</summary>
    private static DateTimeOffset? WindowEnd(GroupView group, Proposal proposal, ScalingMemory memory)
    {
        if (proposal.Count >= group.Base)
            return null;
        var last = memory.Wishes.Where(wish => wish.Count >= group.Base).Select(wish => (DateTimeOffset?)wish.At).Max();
        return Future(last + Guards.Window(group.Policy, memory), group.Now);
    }

    private static DateTimeOffset? Future(DateTimeOffset? time, DateTimeOffset now) => time > now ? time : null;

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other : one;
}
