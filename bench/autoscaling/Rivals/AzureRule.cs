using ControlPlane.Core.Backtest;

namespace ControlPlane.Bench.Autoscaling.Rivals;

/// <summary>
/// Azure Monitor autoscale as its documentation's first example: one more when the use was over 70 % in the mean of
/// 10 min, one less when it was under 30 % and the projection to fewer instances would not call for more; one clock of
/// 5 min for both directions, begun by the action. The newest machine goes first and has 5 min of notice.
/// </summary>
internal sealed class AzureRule : IContender
{
    private const double High = 0.7, Low = 0.3;
    private const int CooldownSteps = 10;

    private readonly Window _use = new(TimeSpan.FromMinutes(10));
    private int _lastAction = -CooldownSteps;

    /// <inheritdoc/>
    public string Name => "Azure";

    /// <inheritdoc/>
    public int Grace => 10;

    /// <inheritdoc/>
    public Orders Look(Scene scene)
    {
        var serving = scene.Serving.Count();
        _use.Add(scene.Step, serving == 0 ? 0 : scene.Busy / (double)(serving * scene.Setting.Slots));
        var there = scene.Instances.Count(instance => instance.LeavingSince is null);
        if (scene.Step - _lastAction < CooldownSteps)
            return Orders.None;
        var use = _use.Mean();
        var wanted = use > High ? there + 1
            : use < Low && there > 1 && use * there / (there - 1) < High ? there - 1
            : there;
        var orders = Orders.To(wanted, scene, instances => instances.OrderByDescending(instance => instance.Name, StringComparer.Ordinal));
        if (orders.Start > 0 || orders.Retire.Count > 0)
            _lastAction = scene.Step;
        return orders;
    }
}
