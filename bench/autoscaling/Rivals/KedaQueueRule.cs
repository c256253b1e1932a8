using ControlPlane.Bench.Autoscaling.Simulation;

namespace ControlPlane.Bench.Autoscaling.Rivals;

/// <summary>
/// KEDA's queue scalers as its documentation tells: the generated HPA asks for jobs over a target per replica, whatever
/// there is now, with the HPA's tolerance and its 5 min window for shrinking. KEDA's own queue scalers have 5 jobs as target.
/// </summary>
/// <param name="name">Its name in tables.</param>
/// <param name="target">Running and waiting jobs per replica.</param>
internal sealed class KedaQueueRule(string name, double target) : IContender
{
    private const double Tolerance = 0.1;

    private readonly Window _wishes = new(TimeSpan.FromMinutes(5));

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
        _wishes.Add(scene.Step, wish);
        var stable = wish >= pods ? wish : Math.Min(pods, (int)_wishes.Max());
        return Orders.To(Math.Min(stable, pods + Math.Max(4, pods)), scene, HpaRule.NewestFirst);
    }
}
