using ControlPlane.Core.Backtest;

namespace ControlPlane.Bench.Autoscaling.Rivals;

/// <summary>
/// KEDA's queue scalers as its documentation tells: the generated HPA asks for jobs over a target per replica, whatever
/// there is now, with the HPA's tolerance and its 5 min window for shrinking. KEDA's own queue scalers have 5 jobs as target.
/// </summary>
/// <param name="name">Its name in tables.</param>
/// <param name="target">Running and waiting jobs per replica.</param>
/// <param name="up">The window in which the lowest wish counts when growing; none by default.</param>
/// <param name="down">The window in which the highest wish counts when shrinking.</param>
internal sealed class KedaQueueRule(string name, double target, TimeSpan up, TimeSpan down) : IContender
{
    private const double Tolerance = 0.1;

    private readonly Window _low = new(up), _high = new(down);

    /// <summary>As KEDA and the HPA come.</summary>
    public static KedaQueueRule Default() => new("KEDA", 5, World.Step, TimeSpan.FromMinutes(5));

    /// <summary>The best of a search over targets and windows on these very traces, which no user could make.</summary>
    public static KedaQueueRule Tuned() => new("KEDA tuned", 5, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10));

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public int Grace => 1;

    /// <inheritdoc/>
    public Orders Look(Scene scene)
    {
        var pods = scene.Instances.Count(instance => instance.LeavingSince is null);
        var jobs = scene.Queued + scene.Busy;
        var wish = Math.Abs((jobs / (target * pods)) - 1) <= Tolerance ? pods : (int)Math.Ceiling(jobs / target);
        _low.Add(scene.Step, wish);
        _high.Add(scene.Step, wish);
        var stable = wish >= pods ? Math.Max(pods, (int)_low.Min()) : Math.Min(pods, (int)_high.Max());
        return Orders.To(Math.Min(stable, pods + Math.Max(4, pods)), scene, HpaRule.NewestFirst);
    }
}
