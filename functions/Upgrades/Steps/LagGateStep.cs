using System.Globalization;
using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>Waits until the copy has followed closely for a while: what it lacks at the fence is what the pause is made of.</summary>
internal sealed class LagGateStep(TimeProvider time) : IUpgradeStep
{
    private const long MostBytes = 1_000_000;
    private const string CloseSince = "close since";
    private static readonly TimeSpan CloseFor = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public UpgradeStep Step => UpgradeStep.LagGate;

    public async Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation)
    {
        var state = await scene.Server.Replication!.ReadAsync(scene.FromDatabase, scene.ToDatabase, cancellation);
        // It does not follow again by itself, and a copy that is begun anew would have to be compared anew.
        if (state.Failure is { } failure)
            return StepResult.Refused(failure);
        var now = time.GetUtcNow();
        var lag = Findings.Number("lag bytes", state.LagBytes);
        if (state.LagBytes > MostBytes)
            return StepResult.Waiting($"{state.LagBytes / 1000} kB behind", Pause, lag);
        var since = scene.Upgrade.Find(Step, CloseSince) is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : now;
        var close = new Finding(CloseSince, since.ToString("O", CultureInfo.InvariantCulture));
        return now - since >= CloseFor ? StepResult.Done(lag, close) : StepResult.Waiting("follows closely", Pause, lag, close);
    }
}
