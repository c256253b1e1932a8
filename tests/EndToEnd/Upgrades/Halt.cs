using System.Diagnostics;
using ControlPlane.EndToEnd.Machine;

namespace ControlPlane.EndToEnd.Upgrades;

/// <summary>
/// A control plane that is held up at a step of an upgrade, so that something can be killed at this step for certain: from
/// outside, steps of a few milliseconds are over before a kill takes effect. It goes on when this is disposed of.
/// </summary>
internal sealed class Halt : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly IDisposable _frost;

    private Halt(IDisposable frost, UpgradeRow row, TimeSpan after) => (_frost, Row, After) = (frost, row, after);

    /// <summary>How long after the beginning of the step.</summary>
    public TimeSpan After { get; }

    /// <summary>The upgrade as it is stored, which is all that the control plane would know after a crash now.</summary>
    public UpgradeRow Row { get; }

    /// <summary>Holds it up within a step: as soon as that is stored as begun or a while later, but at its end at the latest.</summary>
    /// <param name="site">Where.</param>
    /// <param name="upgrade">The upgrade.</param>
    /// <param name="step">The step.</param>
    /// <param name="later">How long after its beginning.</param>
    /// <param name="isTime">What must be so besides; looked at while nothing goes on.</param>
    public static Task<Halt> AtAsync(Site site, string upgrade, string step, TimeSpan later = default, Func<bool>? isTime = null) => Task.Run(() =>
    {
        using var watch = site.State.Watch(upgrade);
        var begun = AwaitBegin(watch, step, site);
        while (true)
        {
            while (watch.Look()!.IsAt(step) && Stopwatch.GetElapsedTime(begun) < later)
                Thread.Yield();
            var halt = new Halt(site.Life.Freeze(), watch.Look()!, Stopwatch.GetElapsedTime(begun));
            if (!halt.Row.IsAt(step) || isTime?.Invoke() != false)
                return halt;
            halt.Dispose();
            Thread.Sleep(1);
        }
    });

    public void Dispose() => _frost.Dispose();

    private static long AwaitBegin(UpgradeWatch watch, string step, Site site)
    {
        var start = Stopwatch.GetTimestamp();
        UpgradeRow? row;
        while ((row = watch.Look()) is null || !row.HasBegun(step))
        {
            if (row is { IsOver: true } || Stopwatch.GetElapsedTime(start) > Limit)
                Assert.Fail($"{step} was not begun within {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s: {row}\n{site.Life.Output}");
            // Without a pause only when it comes next: others want the processor too.
            if (row is null || IsFar(row, step))
                Thread.Sleep(1);
            else
                Thread.Yield();
        }

        return Stopwatch.GetTimestamp();
    }

    private static bool IsFar(UpgradeRow row, string step) => row.Plan.IndexOf(step) - 1 is >= 0 and var before && !row.HasBegun(row.Plan[before]);
}
