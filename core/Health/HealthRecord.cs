using ControlPlane.Core.Backends;
using ControlPlane.Core.Profiles;

namespace ControlPlane.Core.Health;

/// <summary>The recent checks of one backend: how many good or bad ones in a row.</summary>
/// <param name="Good">Good checks in a row.</param>
/// <param name="Bad">Bad checks in a row.</param>
public readonly record struct HealthRecord(int Good, int Bad)
{
    /// <summary>Counts one more check.</summary>
    public HealthRecord After(bool isGood) => isGood ? new(Good + 1, 0) : new(0, Bad + 1);

    /// <summary>The state that the checks ask for. A draining backend stays so whatever its checks say.</summary>
    public BackendState Next(BackendState state, HealthCheck check) => state switch
    {
        BackendState.Joining when Good >= 1 => BackendState.Ready,
        BackendState.Joining or BackendState.Ready when Bad >= check.Fall => BackendState.Unhealthy,
        BackendState.Unhealthy when Good >= check.Rise => BackendState.Ready,
        _ => state,
    };
}
