using ControlPlane.Core.Scaling;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Core.Tests.Scaling;

/// <summary>Any state a group can be in, also those that no good history leads to.</summary>
internal static class GroupGenerator
{
    private static readonly Gen<string> Member =
        from kind in Gen.Elements(Group.Kinds)
        from jobs in Gen.Choose(0, 3)
        select $"{kind} {jobs}";

    private static readonly Gen<(int Min, int Max)> Bounds =
        from min in Gen.Choose(0, 4)
        from more in Gen.Choose(0, 4)
        select (min, Math.Max(1, min + more));

    private static readonly Gen<GroupState> Memory =
        from target in Gen.Choose(0, 9)
        from samples in Gen.Elements('B', 'I', '-').ArrayOf()
        from allSame in Gen.Elements("", "BBBB", "IIII")
        from failures in Gen.Choose(0, 3)
        from wait in Gen.Choose(-5, 5)
        from number in Gen.Choose(100, 200)
        select new GroupState
        {
            Sequence = number,
            Target = target,
            Samples = allSame.Length > 0 ? allSame : new string(samples),
            NextInstance = number,
            Failures = failures,
            FailureReason = failures > 0 ? "the port is taken" : null,
            RetryAt = failures > 0 ? Group.Now.AddSeconds(wait) : null,
        };

    public static Gen<GroupView> View { get; } =
        from bounds in Bounds
        from members in Member.ListOf()
        from memory in Memory
        from needed in Gen.Choose(1, 4)
        from queued in Gen.Frequency((2, Gen.Constant(0)), (1, Gen.Choose(1, 9)))
        from slots in Gen.Frequency((2, Gen.Constant(int.MaxValue)), (1, Gen.Choose(0, 4)))
        from isRemoving in Gen.Frequency((7, Gen.Constant(false)), (1, Gen.Constant(true)))
        let view = Group.Of(bounds.Min, bounds.Max, [.. members.Take(8)]).Queued(queued).Slots(slots)
        select view with
        {
            State = memory with { Target = Math.Min(memory.Target, bounds.Max) },
            Monitor = view.Monitor with { Samples = needed, IsRemoving = isRemoving },
        };
}
