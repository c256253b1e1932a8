namespace ControlPlane.Core.Scaling;

/// <summary>What a decision does to which instances.</summary>
/// <param name="Start">Names of new ones.</param>
/// <param name="Reclaim">Draining ones that are called back.</param>
/// <param name="Retire">Sound ones that leave.</param>
/// <param name="Broken">Broken ones that leave.</param>
internal sealed record Steps(IReadOnlyList<string> Start, IReadOnlyList<string> Reclaim, IReadOnlyList<string> Retire, IReadOnlyList<string> Broken)
{
    /// <summary>Nothing, because nothing may be done.</summary>
    public static readonly Steps Held = new([], [], [], []) { IsHeld = true };

    public bool IsHeld { get; private init; }

    public IReadOnlyList<string> Leaving => [.. Broken, .. Retire];

    public ScalingAction Action =>
        Start.Count + Reclaim.Count > 0 ? ScalingAction.Grow
        : Retire.Count > 0 ? ScalingAction.Shrink
        : Broken.Count > 0 ? ScalingAction.Replace
        : ScalingAction.None;
}
