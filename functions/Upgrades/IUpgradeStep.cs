using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades;

/// <summary>One step. Each attempt finds what an earlier one has done, also one that was cut off anywhere.</summary>
internal interface IUpgradeStep
{
    UpgradeStep Step { get; }

    /// <exception cref="Exception">It failed, and is tried again until the step's time is up.</exception>
    Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation);
}
