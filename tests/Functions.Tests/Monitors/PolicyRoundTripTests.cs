using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Core.Monitors;
using ControlPlane.Functions.Endpoints;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Registry;
using FsCheck;
using FsCheck.Fluent;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Tests.Monitors;

/// <summary>Whatever policy a user may write comes back as it was written.</summary>
public sealed class PolicyRoundTripTests
{
    private static readonly Config Thorough = Config.QuickThrowOnFailure.WithMaxTest(300);

    [Fact]
    public void AnyPolicy_ThroughTheStore_IsShownTheSame() => Holds(spec =>
    {
        var monitor = Monitor(spec);
        var stored = JsonSerializer.Serialize(monitor, ControlPlaneJson.Default.Monitor);
        var read = JsonSerializer.Deserialize(stored, ControlPlaneJson.Default.Monitor)!;

        return Shown(monitor) == Shown(read) && JsonSerializer.Serialize(read, ControlPlaneJson.Default.Monitor) == stored;
    });

    [Fact]
    public void AnyPolicy_SentAsItIsShown_IsTheSameAgain() => Holds(spec =>
    {
        var shown = Shown(Monitor(spec));
        var again = JsonSerializer.Deserialize(shown, ControlPlaneJson.Default.PolicySpec)!;

        return Shown(Monitor(again)) == shown;
    });

    [Fact]
    public void AnyPolicy_WhatWasWritten_IsAllShown() => Holds(spec =>
    {
        var written = JsonSerializer.SerializeToNode(spec, ControlPlaneJson.Default.PolicySpec);

        return IsIn(written, JsonNode.Parse(Shown(Monitor(spec))));
    });

    private static void Holds(Func<PolicySpec, bool> property) => Prop.ForAll(PolicyGenerator.Policy.ToArbitrary(), property).Check(Thorough);

    private static Monitor Monitor(PolicySpec policy) => new MonitorSpec
    {
        Name = "monitor1",
        Tag = "group1",
        MinInstances = 0,
        MaxInstances = 10,
        AllocateType = "local",
        AllocateStrategy = "Threshold",
        Policy = policy,
    }.Validate(["local"], (_, _) => true).Value;

    /// <summary>The policy in the answer of the API.</summary>
    private static string Shown(Monitor monitor) =>
        JsonSerializer.SerializeToNode(MonitorView.From(new Row<Monitor>(monitor, "1")), ControlPlaneJson.Default.MonitorView)!["policy"]!.ToJsonString();

    private static bool IsIn(JsonNode? part, JsonNode? whole) => (part, whole) switch
    {
        (JsonObject small, JsonObject large) => small.All(member => IsIn(member.Value, large[member.Key])),
        (JsonArray small, JsonArray large) => small.Count == large.Count && small.Zip(large).All(pair => IsIn(pair.First, pair.Second)),
        _ => JsonNode.DeepEquals(part, whole),
    };
}
