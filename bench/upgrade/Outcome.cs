using System.Globalization;
using Demo.Upgrade;

namespace ControlPlane.Bench.Upgrade;

/// <summary>What one trial has come to.</summary>
internal sealed record Outcome(Mode Mode, UpgradeSeen Upgrade)
{
    public const string Heading = "mode              acked   lost  unasked  failed   held  pause ms  flip ms  longest held ms  client waited ms  silence ms   copy s";

    /// <summary>Ids that clients were told are written.</summary>
    public required int Acknowledged { get; init; }

    /// <summary>Of these, those that are not in the live database.</summary>
    public required int Lost { get; init; }

    /// <summary>Ids that are there though nobody was told so.</summary>
    public required int Unasked { get; init; }

    /// <summary>What the requests that failed were answered.</summary>
    public required IReadOnlyList<string> Failures { get; init; }

    /// <summary>The longest that a client waited for an answer.</summary>
    public required TimeSpan LongestAnswer { get; init; }

    /// <summary>The longest time in which no client was answered.</summary>
    public required TimeSpan LongestSilence { get; init; }

    /// <summary>From the first held request's moment until writes were let through.</summary>
    public TimeSpan Pause => Upgrade.Holds.Aggregate(TimeSpan.Zero, (sum, hold) => sum + hold);

    /// <summary>From the moment when the flip was stored as begun until it was stored as ended.</summary>
    public TimeSpan Flip => Upgrade.Find("Flip")!.Length;

    public TimeSpan Copy => Upgrade.Find(Mode.CopyStep)!.Length;

    public bool IsGood => Lost == 0 && Unasked == 0 && Failures.Count == 0 && Acknowledged > 0;

    /// <summary>What the pause was spent on.</summary>
    public string Steps => string.Join(", ", Upgrade.Steps.SkipWhile(step => step.Name != "Fence").TakeWhile(step => step.Name != "Bake")
        .Select(step => string.Create(CultureInfo.InvariantCulture, $"{step.Name} {step.Length.TotalMilliseconds:0}")));

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Mode.Name,-15} {Acknowledged,7} {Lost,6} {Unasked,8} {Failures.Count,7} {Upgrade.Held,6} {Pause.TotalMilliseconds,9:0} {Flip.TotalMilliseconds,8:0.0} {Upgrade.LongestHeld.TotalMilliseconds,16:0} {LongestAnswer.TotalMilliseconds,17:0} {LongestSilence.TotalMilliseconds,11:0} {Copy.TotalSeconds,8:0.00}");
}
