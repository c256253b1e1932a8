using System.Text.Json.Serialization;
using ControlPlane.Core.Groups;

namespace ControlPlane.Functions.Router.Holding;

/// <summary>How a router knows a group that is being upgraded.</summary>
/// <param name="Upgrade">The upgrade; null when the group has none.</param>
/// <param name="StepNumber">The step in which the upgrade last changed the group.</param>
/// <param name="Gate">What the router does with its requests.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record SeenGroup(string? Upgrade, int StepNumber, Gate Gate)
{
    public static SeenGroup Of(Group group) => new(group.Upgrade, group.UpgradeStepNumber, group.Gate);
}
