using ControlPlane.Core.Groups;
using ControlPlane.Core.Upgrades;

namespace ControlPlane.Functions.Upgrades;

/// <summary>What an upgrade was, for those who have to answer for it: what was checked, what was found, how long writes were held, who approved.</summary>
internal sealed record UpgradeReport(
    string Upgrade,
    string Group,
    UpgradePhase Outcome,
    string? Reason,
    string AskedBy,
    string? ApprovedBy,
    DateTimeOffset Began,
    DateTimeOffset Ended,
    Side? From,
    Side? To,
    UpgradeTerms Terms,
    IReadOnlyList<HoldTime> Holds,
    UpgradeMeasures Measures,
    IReadOnlyList<StepRecord> Steps)
{
    /// <exception cref="InvalidOperationException">The upgrade is not over.</exception>
    public static UpgradeReport Of(Upgrade upgrade) => new(
        upgrade.Name,
        upgrade.Group,
        upgrade.Phase,
        upgrade.Reason,
        upgrade.By,
        upgrade.ApprovedBy,
        upgrade.At,
        upgrade.EndedAt ?? throw new InvalidOperationException($"{upgrade.Name} is not over."),
        upgrade.From,
        upgrade.To,
        upgrade.Terms,
        upgrade.Holds,
        upgrade.Measures,
        upgrade.Steps);
}

/// <summary>A report with a signature that anybody can check.</summary>
/// <param name="Report">The report, as JSON text: exactly these bytes of UTF-8 are signed.</param>
/// <param name="Algorithm">How: ECDSA on P-256 with SHA-256, in DER form (RFC 3279).</param>
/// <param name="PublicKey">The key to check it with, PEM.</param>
/// <param name="Signature">The signature, base64.</param>
internal sealed record SignedReport(string Report, string Algorithm, string PublicKey, string Signature);
