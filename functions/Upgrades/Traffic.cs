using System.Globalization;
using ControlPlane.Core.Groups;
using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Router.Holding;
using ControlPlane.Functions.Router.Outcomes;

namespace ControlPlane.Functions.Upgrades;

/// <summary>What routers know of a group that an upgrade has to know: what is under way, what is held, how each side fares.</summary>
internal sealed class Traffic(InFlight inFlight, HeldRequests held, SideOutcomes outcomes, RecentOutcomes recent)
{
    /// <summary>Which routers may not know how the group stands, in words; null when all do.</summary>
    /// <param name="scene">The upgrade.</param>
    /// <param name="since">What routers have said before does not count: they may have died since.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<string?> FindUnawareAsync(Scene scene, DateTimeOffset since, CancellationToken cancellation) =>
        scene.Upgrade.LeasedAt is { } leased && inFlight.IsSettled(leased)
            ? UnawareOf(await inFlight.CountAsync(scene.Monitor.Tag, cancellation, since))
            : "other routers may not have heard of the upgrade yet";

    /// <summary>What of the live side is still under way, in words; null when nothing is that counts, and every router knows how the group stands.</summary>
    /// <param name="scene">The upgrade.</param>
    /// <param name="alsoReads">Whether reads count too.</param>
    /// <param name="shut">When the gate was shut.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<string?> FindUnderWayAsync(Scene scene, bool alsoReads, DateTimeOffset shut, CancellationToken cancellation)
    {
        if (!inFlight.IsComplete(shut))
            return "a router that has just started may not have reported yet";
        var count = await inFlight.CountAsync(scene.Monitor.Tag, cancellation);
        if (UnawareOf(count) is { } unaware)
            return unaware;
        if (count.Writes > 0)
            return $"{count.Writes} writes are still under way";
        return alsoReads && count.Reads > 0 ? $"{count.Reads} reads are still under way" : null;
    }

    /// <summary>Notes what was held since the gate was closed, once it is open again.</summary>
    public async Task NoteHeldAsync(Scene scene, CancellationToken cancellation)
    {
        var count = await held.ReadAsync(scene.Monitor.Tag, cancellation);
        scene.Measure(measures => measures with
        {
            LongestHeld = count.Longest > measures.LongestHeld ? count.Longest : measures.LongestHeld,
            Held = Math.Max(measures.Held, count.Total),
            HeldRefused = Math.Max(measures.HeldRefused, count.Refused),
        });
    }

    /// <summary>How a side has fared since its instances came.</summary>
    public async Task<SideWindow> ReadSideAsync(Scene scene, Side side, CancellationToken cancellation) =>
        WindowOf(await outcomes.ReadAsync(scene.Monitor.Tag, side.Epoch, cancellation));

    /// <summary>
    /// Whether the new side fares worse than the old one did: as a whole, so that a few requests an hour are judged too, or
    /// of late, so that a long good time hides no bad one.
    /// </summary>
    public async Task<Verdict> JudgeAsync(Scene scene, CancellationToken cancellation)
    {
        var all = await outcomes.ReadAsync(scene.Monitor.Tag, scene.To.Epoch, cancellation);
        var (whole, late) = (WindowOf(all), WindowOf(recent.Since(scene.Upgrade.Name, all)));
        var before = new SideWindow(Number(scene, "old answers"), Number(scene, "old failures"), TimeSpan.FromMilliseconds(Decimal(scene, "old p95 ms")));
        Finding[] findings = [.. Describe(whole, ""), .. Describe(late, " of late")];
        return new Verdict(whole.WorseThan(before, scene.Terms.Analysis) ?? late.WorseThan(before, scene.Terms.Analysis), findings);
    }

    private static string? UnawareOf(InFlightCount count) => count switch
    {
        { Missing: { } missing } => $"nothing is heard of {string.Join(", ", missing)}",
        { Behind: { } behind } => $"not heard of it yet: {string.Join(", ", behind)}",
        _ => null,
    };

    private static SideWindow WindowOf(OutcomeSnapshot outcomes) =>
        new(outcomes.Answers + outcomes.Failures, outcomes.Failures, outcomes.Percentile(0.95) ?? TimeSpan.Zero);

    private static Finding[] Describe(SideWindow window, string when) =>
    [
        Findings.Number($"answers{when}", window.Answers),
        Findings.Number($"failures{when}", window.Failures),
        new($"p95 ms{when}", window.P95.TotalMilliseconds.ToString("0.###", CultureInfo.InvariantCulture)),
    ];

    private static long Number(Scene scene, string what) =>
        long.TryParse(scene.Upgrade.Find(UpgradeStep.Fence, what), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static double Decimal(Scene scene, string what) =>
        double.TryParse(scene.Upgrade.Find(UpgradeStep.Fence, what), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : 0;
}

/// <summary>What a look at the new side came to.</summary>
/// <param name="Fault">Why it fares worse; null when it does not.</param>
/// <param name="Findings">The figures.</param>
internal sealed record Verdict(string? Fault, IReadOnlyList<Finding> Findings);
