using ControlPlane.Core.Backtest;

namespace ControlPlane.Bench.Autoscaling.Rivals;

/// <summary>
/// The published algorithm of the Kubernetes HorizontalPodAutoscaler v2 on the use of instances: target 70 %, tolerance
/// 0.1, booting pods counted as idle when growing, at most the larger of 4 and 100 % more at once, and the highest wish
/// of 5 min when shrinking. The replica set stops those first that are not ready, then the newest; pods have 30 s.
/// </summary>
internal sealed class HpaRule : IContender
{
    private const double Target = 0.7, Tolerance = 0.1;

    private readonly Window _wishes = new(TimeSpan.FromMinutes(5));

    /// <inheritdoc/>
    public string Name => "HPA";

    /// <inheritdoc/>
    public int Grace => 1;

    /// <inheritdoc/>
    public Orders Look(Scene scene)
    {
        var pods = scene.Instances.Where(instance => instance.LeavingSince is null).ToList();
        var wish = Wish(scene, pods.Count);
        _wishes.Add(scene.Step, wish);
        var stable = wish >= pods.Count ? wish : Math.Min(pods.Count, (int)_wishes.Max());
        return Orders.To(Math.Min(stable, pods.Count + Math.Max(4, pods.Count)), scene, NewestFirst);
    }

    internal static IEnumerable<SimInstance> NewestFirst(IEnumerable<SimInstance> pods) =>
        pods.OrderByDescending(pod => pod.ReadyAt).ThenByDescending(pod => pod.Name, StringComparer.Ordinal);

    private static int Wish(Scene scene, int pods)
    {
        var ready = scene.Serving.Count();
        if (ready == 0)
            return pods;
        var use = scene.Busy / (double)(ready * scene.Setting.Slots);
        if (Math.Abs((use / Target) - 1) <= Tolerance)
            return pods;
        if (use < Target)
            return (int)Math.Ceiling(ready * use / Target);
        var corrected = scene.Busy / (double)(pods * scene.Setting.Slots);
        return (corrected / Target) - 1 <= Tolerance ? pods : (int)Math.Ceiling(pods * corrected / Target);
    }
}
