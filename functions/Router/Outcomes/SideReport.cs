using System.Text.Json.Serialization;

namespace ControlPlane.Functions.Router.Outcomes;

/// <summary>What one router knows of the outcomes of one side of a group.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record SideReport(string Tag, long Epoch, OutcomeSnapshot Outcomes);
