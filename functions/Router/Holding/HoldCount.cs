using System.Text.Json.Serialization;

namespace ControlPlane.Functions.Router.Holding;

/// <summary>The requests that a group has held since its gate closed last.</summary>
/// <param name="Now">How many are held now.</param>
/// <param name="Longest">The longest time that any was held, those held now included.</param>
/// <param name="Total">How many were ever held.</param>
/// <param name="Refused">How many were refused, for want of room or because their time was up.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record HoldCount(int Now, TimeSpan Longest, long Total, long Refused)
{
    public static HoldCount None { get; } = new(0, TimeSpan.Zero, 0, 0);

    /// <summary>Those of two routers together.</summary>
    public static HoldCount operator +(HoldCount one, HoldCount other) => new(
        one.Now + other.Now,
        one.Longest > other.Longest ? one.Longest : other.Longest,
        one.Total + other.Total,
        one.Refused + other.Refused);
}
