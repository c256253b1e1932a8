using ControlPlane.Core.Problems;
using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Registry;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Upgrades;

/// <summary>Checks what is asked for before an upgrade is stored.</summary>
internal sealed class UpgradeStart(MonitorBook monitors, StartingPoints starts, Preflight preflight, DatabasePreflight databases)
{
    public async Task<Result<Wanted>> CheckAsync(UpgradeSpec spec, CancellationToken cancellation)
    {
        if (!spec.Validate().Is(out var terms, out var problem))
            return problem;
        if ((await monitors.FindByTagAsync(spec.Group!, cancellation))?.Value is not { IsRemoving: false } monitor)
            return new Problem(ProblemCodes.GroupNotFound, $"No monitor watches the group \"{spec.Group}\", so nothing can upgrade it. Add one with POST /v1/monitors.");
        if (starts.FindObstacle(monitor, terms) is { } obstacle)
            return Problem.Invalid("profile", obstacle);
        return new Wanted(monitor, terms with { IsPreviewed = starts.CanPreview(monitor, terms) }, databases.StopsEngines(monitor));
    }

    /// <summary>What would be done, and what stands in the way. Changes nothing.</summary>
    public async Task<UpgradePreview> PreviewAsync(Wanted wanted, CancellationToken cancellation) => new(
        wanted.Monitor.Tag,
        wanted.Plan,
        wanted.Terms,
        await preflight.CountInstancesAsync(wanted.Monitor, cancellation),
        await preflight.FindObstaclesAsync(wanted.Monitor, wanted.Terms, cancellation));
}

/// <summary>An upgrade that could be started.</summary>
/// <param name="Monitor">The group's monitor.</param>
/// <param name="Terms">What is asked for, with every default.</param>
/// <param name="StopsEngines">See <see cref="Upgrade.StopsEngines"/>.</param>
internal sealed record Wanted(Monitor Monitor, UpgradeTerms Terms, bool StopsEngines)
{
    /// <summary>The steps that it takes.</summary>
    public IReadOnlyList<UpgradeStep> Plan => UpgradePlan.Forward(Terms, Monitor.Database is not null, StopsEngines);
}
