using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>Begins a copy that follows, and waits until what was there at the start is in it.</summary>
internal sealed class FollowStep : IUpgradeStep
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    public UpgradeStep Step => UpgradeStep.Follow;

    public async Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation)
    {
        var replication = scene.Server.Replication!;
        await replication.StartAsync(scene.FromDatabase, scene.ToDatabase, hasData: false, cancellation);
        var state = await replication.ReadAsync(scene.FromDatabase, scene.ToDatabase, cancellation);
        if (state.Failure is { } failure)
            return StepResult.Failed(failure);
        var done = Findings.Number("bytes", state.Progress.Done);
        return state.IsFilled
            ? StepResult.Done(new("database", scene.ToDatabase), done)
            : StepResult.Waiting($"{state.Progress.Done / 1_000_000} MB of about {state.Progress.Total / 1_000_000}", Pause, done);
    }
}
