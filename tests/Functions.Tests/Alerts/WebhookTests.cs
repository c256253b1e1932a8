using System.Net;
using System.Text.Json.Nodes;
using ControlPlane.Core.Scaling.Policies;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Alerts;

/// <summary>The groups' watches look once an hour: what is decided here was woken.</summary>
public sealed class WebhookTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly TestHost _host = shared.Host;

    [Theory]
    [InlineData("alertmanager")]
    [InlineData("azure-monitor")]
    public async Task Alert_Fires_IsDecidedAtOnceAndEndsWhenResolved(string sender)
    {
        var team = _host.NewName("team");
        var group = await AlertGroup.AddAsync(_host, _host.NewName(), Rule("add", team, add: 2));

        Assert.Equal((1, 1, 1), await AlertGroup.AlertAsync(_host, sender, Message(sender, team, isResolved: false)));
        await group.DecidedAsync("alert", 3);
        Assert.Equal(3, Assert.Single(await group.DemandsAsync()).Count);

        Assert.Equal((1, 1, 1), await AlertGroup.AlertAsync(_host, sender, Message(sender, team, isResolved: true)));
        await group.DecidedFreelyAsync();
        Assert.Empty(await group.DemandsAsync());
    }

    [Fact]
    public async Task Alert_ResolvedBeforeItFires_AsksForNothing()
    {
        var (team, other) = (_host.NewName("team"), _host.NewName("team"));
        var group = await AlertGroup.AddAsync(_host, _host.NewName(), Rule("late", team, add: 2), Rule("other", other, atLeast: 4));

        await AlertGroup.AlertAsync(_host, "alertmanager", Message("alertmanager", team, isResolved: true));
        await AlertGroup.HandledAsync(_host);
        await AlertGroup.AlertAsync(_host, "alertmanager", Message("alertmanager", team, isResolved: false));
        await AlertGroup.AlertAsync(_host, "alertmanager", Message("alertmanager", other, isResolved: false));
        await AlertGroup.HandledAsync(_host);

        Assert.Equal([("alert:other:5ef77f1f8a3ecfd3", 4)], await group.DemandsAsync());
    }

    [Fact]
    public async Task Alert_MatchesSeveralRulesOfSeveralGroups_TellsThemAll()
    {
        var team = _host.NewName("team");
        var one = await AlertGroup.AddAsync(_host, _host.NewName(), Rule("a", team, add: 1), Rule("b", team, atLeast: 5));
        var two = await AlertGroup.AddAsync(_host, _host.NewName(), Rule("c", team, atLeast: 4));
        var json = JsonNode.Parse(Message("alertmanager", team, isResolved: false))!;
        var unknown = json["alerts"]![0]!.DeepClone();
        unknown["labels"]!["team"] = "none";
        json["alerts"]!.AsArray().Add(unknown);

        Assert.Equal((2, 1, 2), await AlertGroup.AlertAsync(_host, "alertmanager", json.ToJsonString()));

        await one.AsksForAsync(("alert:a:5ef77f1f8a3ecfd3", 2), ("alert:b:5ef77f1f8a3ecfd3", 5));
        await two.AsksForAsync(("alert:c:5ef77f1f8a3ecfd3", 4));
        await one.DecidedAsync("alert", 5);
        await two.DecidedAsync("alert", 4);
    }

    /// <summary>More than one batch, and more than a group may have at a time.</summary>
    [Fact]
    public async Task Alert_AThousand_AreTakenUpToTheGroupsLimit()
    {
        var team = _host.NewName("team");
        var group = await AlertGroup.AddAsync(_host, _host.NewName(), Rule("many", team, atLeast: 2));
        var json = JsonNode.Parse(Message("alertmanager", team, isResolved: false))!;
        var one = json["alerts"]![0]!;
        for (var number = 1; number < 1000; number++)
        {
            var next = one.DeepClone();
            next["fingerprint"] = $"f{number}";
            json["alerts"]!.AsArray().Add(next);
        }

        Assert.Equal((1000, 1000, 1), await AlertGroup.AlertAsync(_host, "alertmanager", json.ToJsonString()));

        await AlertGroup.HandledAsync(_host);
        Assert.Equal(100, (await group.DemandsAsync()).Count);
        await group.DecidedAsync("alert", 2);
    }

    [Theory]
    [InlineData("alertmanager", """{"version":"4","alerts":[]}""")]
    [InlineData("azure-monitor", """{"schemaId":"azureMonitorCommonAlertSchema","data":{"essentials":{"monitorCondition":null}}}""")]
    public async Task Alert_NoneInIt_IsTaken(string sender, string json) =>
        Assert.Equal((0, 0, 0), await AlertGroup.AlertAsync(_host, sender, json));

    [Theory]
    [InlineData("alertmanager", 1)]
    [InlineData("azure-monitor", 1)]
    public async Task Alert_MatchesNoRule_IsTaken(string sender, int alerts) =>
        Assert.Equal((alerts, 0, 0), await AlertGroup.AlertAsync(_host, sender, Message(sender, "nobody", isResolved: false)));

    [Theory]
    [InlineData("alertmanager", "version")]
    [InlineData("azure-monitor", "schemaId")]
    public async Task Alert_OfTheOtherSender_NamesTheField(string sender, string field)
    {
        var json = sender == "alertmanager" ? Samples.AzureMonitor : Samples.Alertmanager;

        var problem = await AlertGroup.SendAsync(_host, HttpMethod.Post, $"/v1/alerts/{sender}", json).ProblemAsync(400, "invalid_request");

        Assert.Contains(field, problem.Fields.Keys);
    }

    [Theory]
    [InlineData("")]
    [InlineData("no json")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"\\ud800\"")]
    [InlineData("""{"version":"\ud800","alerts":[]}""")]
    [InlineData("""{"version":"4","alerts":[{"labels":{"\ud800":"x"}}]}""")]
    public async Task Alert_Unreadable_IsSaidSo(string json)
    {
        foreach (var sender in (string[])["alertmanager", "azure-monitor"])
        {
            using var answer = await AlertGroup.SendAsync(_host, HttpMethod.Post, $"/v1/alerts/{sender}", json);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Alert_LargerThanTheLimit_IsRefused()
    {
        var json = JsonNode.Parse(Samples.Alertmanager)!;
        json["externalURL"] = new string('x', 1024 * 1024);

        await AlertGroup.SendAsync(_host, HttpMethod.Post, "/v1/alerts/alertmanager", json.ToJsonString()).ProblemAsync(413, "body_too_large");
    }

    [Fact]
    public async Task Alert_ByGet_IsNotAllowed() =>
        await AlertGroup.SendAsync(_host, HttpMethod.Get, "/v1/alerts/alertmanager", null).ProblemAsync(405, "method_not_allowed");

    private static AlertRule Rule(string name, string team, int? add = null, int? atLeast = null) =>
        new() { Name = name, Labels = new Dictionary<string, string> { ["team"] = team }, Add = add, AtLeast = atLeast };

    /// <summary>The sample of the sender, for a team.</summary>
    private static string Message(string sender, string team, bool isResolved)
    {
        var json = JsonNode.Parse(sender == "alertmanager" ? Samples.Alertmanager : Samples.AzureMonitor)!;
        if (sender == "alertmanager")
        {
            json["alerts"]![0]!["labels"]!["team"] = team;
            json["alerts"]![0]!["status"] = isResolved ? "resolved" : "firing";
        }
        else
        {
            json["data"]!["customProperties"]!["team"] = team;
            json["data"]!["essentials"]!["alertId"] = $"/subscriptions/{team}";
            json["data"]!["essentials"]!["monitorCondition"] = isResolved ? "Resolved" : "Fired";
        }

        return json.ToJsonString();
    }
}
