namespace Demo.Upgrade;

/// <summary>What is known at one look.</summary>
/// <param name="Act">What is going on, in words.</param>
/// <param name="Upgrade">The upgrade; null before it was asked for.</param>
/// <param name="PerSecond">Writes that were acknowledged in the last second.</param>
/// <param name="Acknowledged">Writes that were acknowledged in all.</param>
/// <param name="InDatabase">Rows in the live database, counted a moment later; null while nobody may look.</param>
/// <param name="Waiting">Requests that are sent and not answered.</param>
/// <param name="Failed">Requests that failed.</param>
internal sealed record UpgradeStory(string Act, UpgradeSeen? Upgrade, double PerSecond, int Acknowledged, long? InDatabase, int Waiting, int Failed)
{
    /// <summary>Whether writes are held now.</summary>
    public bool IsHolding => Upgrade is { IsOver: false } upgrade
        && upgrade.Steps.LastOrDefault(step => step is { Name: "Fence" or "Refence" } or { Name: "OpenWrites" or "Reopen", Until: not null }) is { Name: "Fence" or "Refence" };
}
