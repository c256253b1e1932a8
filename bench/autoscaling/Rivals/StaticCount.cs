using ControlPlane.Bench.Autoscaling.Simulation;

namespace ControlPlane.Bench.Autoscaling.Rivals;

/// <summary>No scaler: a number that never changes.</summary>
internal sealed class StaticCount(int count) : IContender
{
    /// <inheritdoc/>
    public string Name => $"Static {count}";

    /// <inheritdoc/>
    public int Grace => 0;

    /// <inheritdoc/>
    public Orders Look(Scene scene) => Orders.To(count, scene, HpaRule.NewestFirst);
}
