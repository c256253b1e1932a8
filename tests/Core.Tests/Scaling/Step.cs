using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Core.Tests.Scaling;

/// <summary>One thing that happens to a group.</summary>
/// <param name="Happening">What.</param>
/// <param name="Number">To which one, or how many; each happening reads it its own way.</param>
internal sealed record Step(Happening Happening, int Number)
{
    private static readonly Gen<Step> One =
        from happening in Gen.Frequency(
            (6, Gen.Constant(Happening.Look)),
            (4, Gen.Elements(Happening.JobsCome, Happening.JobsEnd, Happening.InstanceServes)),
            (3, Gen.Elements(Enum.GetValues<Happening>())))
        from number in Gen.Choose(0, 9)
        select new Step(happening, number);

    /// <summary>Histories; a failing one is cut down step by step.</summary>
    public static Arbitrary<Step[]> Histories { get; } = Arb.From(One.ListOf(120).Select(steps => steps.ToArray()), Shorter);

    private static IEnumerable<Step[]> Shorter(Step[] steps)
    {
        for (var size = steps.Length / 2; size > 0; size /= 2)
        {
            for (var start = 0; start + size <= steps.Length; start += size)
                yield return [.. steps[..start], .. steps[(start + size)..]];
        }
    }
}

/// <summary>What can happen to a group.</summary>
internal enum Happening
{
    Look,
    TimePasses,
    JobsCome,
    JobsEnd,
    InstanceIsRegistered,
    InstanceServes,
    StartFails,
    BackendSickens,
    BackendRecovers,
    InstanceBreaks,
    DrainBegins,
    DrainIsCalledOff,
    DrainEnds,
    InstanceIsGone,
    BoundsChange,
    SlotsChange,
    BackendIsAddedByHand,
    BackendIsRemovedByHand,
}
