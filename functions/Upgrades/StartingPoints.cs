using ControlPlane.Core.Profiles;
using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Profiles;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Upgrades;

/// <summary>Whether the new version can be started at all.</summary>
internal sealed class StartingPoints(ProfileSet profiles, ProviderSet providers)
{
    /// <summary>Why it cannot; null when it can.</summary>
    public string? FindObstacle(Monitor monitor, UpgradeTerms terms)
    {
        var name = terms.Profile ?? monitor.Profile;
        if (profiles.Find(name) is not { } profile)
            return $"The profile \"{name}\" is not known. GET /v1/profiles lists the profiles.";
        return providers.Find(monitor.Provider)?.CanStart(profile) == true
            ? null
            : $"The profile \"{name}\" has no section that says how {monitor.Provider} instances start.";
    }

    /// <summary>How long the change of the schema may take.</summary>
    public TimeSpan MigrationDeadline(Monitor monitor, UpgradeTerms terms) => MigrationOf(monitor, terms).Deadline;

    /// <summary>Whether instances of the new version can start on a copy that still follows.</summary>
    public bool CanPreview(Monitor monitor, UpgradeTerms terms) =>
        terms is { Mode: UpgradeMode.BlueGreenWarm, IsRehearsal: false } && MigrationOf(monitor, terms).CanPreview;

    /// <summary>The number of the first of them: where one has to change the schema, that is the first of all, and it starts later.</summary>
    public int FirstPreviewed(Monitor monitor, UpgradeTerms terms) => MigrationOf(monitor, terms).Command is null ? 1 : 2;

    private Migration MigrationOf(Monitor monitor, UpgradeTerms terms) => profiles.Find(terms.Profile ?? monitor.Profile)?.Migration ?? new();
}
