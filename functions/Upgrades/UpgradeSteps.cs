using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Upgrades.Attempts;

namespace ControlPlane.Functions.Upgrades;

/// <summary>All steps by name.</summary>
internal sealed class UpgradeSteps(IEnumerable<IUpgradeStep> steps, LongWork work)
{
    private readonly Dictionary<UpgradeStep, IUpgradeStep> _byName = steps.ToDictionary(step => step.Step);

    public IUpgradeStep Find(UpgradeStep step) => _byName[step];

    /// <summary>Whether work goes on here that an attempt must look at.</summary>
    public bool HasLongWork(Upgrade upgrade) => work.IsUnderWay(upgrade.Name);

    /// <summary>Ends it, but for that of the step that an upgrade is at: on the way back, what the way forward has begun must not go on.</summary>
    public Task StopLongWorkAsync(Upgrade upgrade) => work.StopAsync(upgrade.Name, except: upgrade.Current?.Step);

    /// <summary>Ends all of it.</summary>
    public Task StopAllLongWorkAsync(Upgrade upgrade) => work.StopAsync(upgrade.Name);
}
