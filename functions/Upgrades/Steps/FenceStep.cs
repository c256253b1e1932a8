using System.Globalization;
using ControlPlane.Core.Databases;
using ControlPlane.Core.Groups;
using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades.Steps;

/// <summary>
/// Rollback point R1: waits until every router knows of the upgrade, holds new writes, waits for those under way, shuts the
/// old side's account out of its database, and proves that with the account itself. From the end of this step on, nobody
/// writes to the original. Where the engines have to be stopped for that, <see cref="StopLiveStep"/> does the second half.
/// </summary>
internal sealed class FenceStep(GroupBook groups, Traffic traffic, Accounts accounts, TimeProvider time) : IUpgradeStep
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan OpenPause = TimeSpan.FromMilliseconds(500);

    /// <summary>A router that has died is known to have gone after a minute. Nobody is held up meanwhile. The step's deadline has room for it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public UpgradeStep Step => UpgradeStep.Fence;

    public async Task<StepResult> RunAsync(Scene scene, CancellationToken cancellation)
    {
        var isReaderToo = ClosesForReads(scene);
        if (ClosedSince(scene) is not { } since)
        {
            return await FindUnawareAsync(scene, cancellation) is { } unaware
                ? WaitFor(unaware, scene)
                : await CloseAsync(scene, isReaderToo, cancellation);
        }

        if (await traffic.FindUnderWayAsync(scene, isReaderToo, since, cancellation) is { } underWay)
        {
            return time.GetUtcNow() - since > scene.Terms.Quiesce
                ? StepResult.Refused($"{underWay} after {scene.Terms.Quiesce.TotalSeconds:0} s; none was cut off")
                : StepResult.Waiting(underWay, Pause);
        }

        var baseline = scene.Upgrade.Current!.Findings;
        return !scene.HasDatabase || scene.Upgrade.StopsEngines
            ? StepResult.Done(baseline)
            : ResultOf(await accounts.ExcludeAsync(scene.Monitor, scene.From, isReaderToo, cancellation), baseline);
    }

    /// <summary>Goes on only when nobody can write.</summary>
    /// <param name="proof">What came of trying to.</param>
    /// <param name="others">What else the step has found.</param>
    internal static StepResult ResultOf(FenceProof proof, IReadOnlyList<Finding> others)
    {
        Finding[] findings = [.. others, .. Describe(proof)];
        return proof.IsFenced ? StepResult.Done(findings) : StepResult.Refused($"the fence does not hold: {Weakness(proof)}", findings);
    }

    /// <summary>When the gate was shut in this step; null when it was not. The step may have begun long before.</summary>
    internal static DateTimeOffset? ClosedSince(Scene scene) => Upgrade.ShutAt(scene.Upgrade.Current);

    /// <summary>The finding that says so.</summary>
    internal static Finding ClosedAt(DateTimeOffset now) => new(Upgrade.GateShut, now.ToString("O", CultureInfo.InvariantCulture));

    /// <summary>Null also when the gate is shut already, by an attempt that was cut off before it could say so: then nobody may wait for anything.</summary>
    private async Task<string?> FindUnawareAsync(Scene scene, CancellationToken cancellation) =>
        await traffic.FindUnawareAsync(scene, scene.Upgrade.Current!.Since, cancellation) is { } unaware && (await groups.ReadAsync(scene.Monitor, cancellation)).Gate == Gate.Open
            ? unaware
            : null;

    private StepResult WaitFor(string unaware, Scene scene)
    {
        var step = scene.Upgrade.Current!;
        return time.GetUtcNow() - step.Since - step.Paused > Patience
            ? StepResult.Refused($"{unaware} after {Patience.TotalSeconds:0} s; no request was held")
            : StepResult.Waiting(unaware, OpenPause);
    }

    /// <summary>How the old side fares is noted before it is held up. The moment counts from when the gate was shut, not from when this step began.</summary>
    private async Task<StepResult> CloseAsync(Scene scene, bool isReaderToo, CancellationToken cancellation)
    {
        var old = await traffic.ReadSideAsync(scene, scene.From, cancellation);
        await groups.ChangeAsync(
            scene, group => group with { Gate = isReaderToo ? Gate.Closed : Gate.WritesHeld, HoldTime = scene.Terms.HoldTime }, cancellation);
        return StepResult.Waiting(
            "the gate is shut",
            TimeSpan.Zero,
            ClosedAt(time.GetUtcNow()),
            Findings.Number("old answers", old.Answers),
            Findings.Number("old failures", old.Failures),
            new("old p95 ms", old.P95.TotalMilliseconds.ToString("0.###", CultureInfo.InvariantCulture)));
    }

    /// <summary>A copy by template wants the original for itself; and when all instances stop, nobody is left to read from.</summary>
    private static bool ClosesForReads(Scene scene) =>
        scene.Terms.Mode == UpgradeMode.StopAll
        || scene.Upgrade.StopsEngines
        || (scene.Terms is { Mode: UpgradeMode.BlueGreenCold, Copy: CopyMethod.Template } && scene.HasDatabase);

    internal static IEnumerable<Finding> Describe(FenceProof proof) =>
        proof.Tries.Select(one => new Finding($"probe: {one.What}", $"{one.Outcome}{(one.Answer.Length == 0 ? "" : $" ({one.Answer})")}"));

    internal static string Weakness(FenceProof proof) => string.Join("; ",
        proof.Tries.Where(one => one.Outcome != FenceOutcome.Refused).Select(one => $"{one.What}: {one.Outcome} {one.Answer}")
            .Concat(proof.Sessions.Select(session => $"a session of {session} is left")));
}
