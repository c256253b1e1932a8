using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Core.Scaling.Policies;
using ControlPlane.Functions.Alerts;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Tests.Alerts;

public sealed class AlertRulesTests
{
    private static readonly Alert Alert = new("1", "Queue", default, false, new Dictionary<string, string> { ["alertname"] = "Queue", ["severity"] = "high" });

    [Theory]
    [InlineData("alertname=Queue", true)]
    [InlineData("alertname=Queue severity=high", true)]
    [InlineData("alertname=Queue severity=low", false)]
    [InlineData("alertname=Queue team=a", false)]
    [InlineData("alertname=queue", false)]
    [InlineData("Alertname=Queue", false)]
    [InlineData("", false)]
    public void Match_ARule_NeedsAllOfItsLabelsExactly(string labels, bool isMatch)
    {
        var pairs = labels.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('='));
        var rule = new AlertRule { Name = "r", Labels = pairs.ToDictionary(pair => pair[0], pair => pair[1]), Add = 1 };

        Assert.Equal(isMatch, AlertRules.Match(Alert, [Watching("g", rule)]).Any());
    }

    [Fact]
    public void Match_SeveralMonitors_HoldsItAgainstEveryRuleOfEach()
    {
        var (one, two) = (Rule("one"), Rule("two"));

        var deliveries = AlertRules.Match(Alert, [Watching("a", one, two), Watching("b"), Watching("c", two), Watching("d", one) with { IsRemoving = true }]);

        Assert.Equal(["a one", "a two", "c two"], deliveries.Select(delivery => $"{delivery.Tag} {delivery.Rule}"));
    }

    [Fact]
    public void Match_SampleRule_IsForTheSampleAlert()
    {
        var rule = JsonNode.Parse(Samples.Rule)!;
        var labels = rule["labels"]!.AsObject().ToDictionary(label => label.Key, label => (string)label.Value!);
        using var message = JsonDocument.Parse(Samples.Alertmanager);

        var alert = Assert.Single(AlertmanagerPayload.Read(message.RootElement).Value);

        Assert.Single(AlertRules.Match(alert, [Watching("a", new AlertRule { Name = (string)rule["name"]!, Labels = labels, Add = (int)rule["add"]! })]));
    }

    [Fact]
    public void Match_MonitorWithoutAPolicy_HasNoRule() =>
        Assert.Empty(AlertRules.Match(Alert, [Watching("a") with { Policy = null }]));

    private static AlertRule Rule(string name) => new() { Name = name, Labels = new Dictionary<string, string> { ["alertname"] = "Queue" }, Add = 1 };

    private static Monitor Watching(string tag, params AlertRule[] rules) => AlertGroup.Watching(tag) with { Policy = new() { Alerts = rules } };
}
