using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Core.Problems;
using ControlPlane.Functions.Alerts;

namespace ControlPlane.Functions.Tests.Alerts;

public sealed class AzureMonitorPayloadTests
{
    private static readonly DateTimeOffset Fired = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero).AddTicks(1234567);

    [Fact]
    public void Read_Sample_IsOneFiringAlert()
    {
        var alert = Assert.Single(Read(Samples.AzureMonitor).Value);

        Assert.Equal(("QueueIsLong", Fired, false), (alert.Title, alert.StartsAt, alert.IsResolved));
        Assert.Matches("^[0-9a-f]{32}$", alert.Fingerprint);
    }

    [Fact]
    public void Read_Labels_AreTheTextsOfTheEssentialsAndThenTheCustomProperties()
    {
        var labels = Assert.Single(Read(Samples.AzureMonitor).Value).Labels;

        Assert.Equal(("QueueIsLong", "Sev1", "Platform"), (labels["alertname"], labels["severity"], labels["monitoringService"]));
        Assert.DoesNotContain("alertTargetIDs", labels.Keys);
    }

    /// <summary>Metric alerts say when they were resolved; others only that they are.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_Resolved_IsTheSameAlertAtTheSameTime(bool saysWhen)
    {
        var json = With(essentials =>
        {
            essentials["monitorCondition"] = "Resolved";
            if (saysWhen)
                essentials["resolvedDateTime"] = "2026-01-31T12:05:00Z";
        });

        var alert = Assert.Single(Read(json).Value);

        Assert.Equal((true, Fired), (alert.IsResolved, alert.StartsAt));
        Assert.Equal(Assert.Single(Read(Samples.AzureMonitor).Value).Fingerprint, alert.Fingerprint);
    }

    [Fact]
    public void Read_IdInAnotherCase_IsTheSameAlert()
    {
        var json = With(essentials => essentials["alertId"] = ((string)essentials["alertId"]!).ToUpperInvariant());

        Assert.Equal(Assert.Single(Read(Samples.AzureMonitor).Value).Fingerprint, Assert.Single(Read(json).Value).Fingerprint);
    }

    /// <summary>As budget alerts and their test notifications come.</summary>
    [Fact]
    public void Read_AlmostEverythingIsNull_IsAnAlert()
    {
        var json = With(essentials =>
        {
            foreach (var name in (string[])["alertRule", "severity", "signalType", "alertTargetIDs", "originAlertId"])
                essentials[name] = null;
        });

        var alert = Assert.Single(Read(json).Value);

        Assert.StartsWith("/subscriptions/", alert.Title, StringComparison.Ordinal);
        Assert.DoesNotContain("severity", alert.Labels.Keys.Except(["alertname", "severity"]));
        Assert.Equal("critical", alert.Labels["severity"]);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    public void Read_NoCondition_IsNoAlert(string condition) =>
        Assert.Empty(Read(With(essentials => essentials["monitorCondition"] = JsonNode.Parse(condition))).Value);

    [Fact]
    public void Read_NoCustomProperties_HasTheEssentials()
    {
        var json = JsonNode.Parse(Samples.AzureMonitor)!;
        json["data"]!["customProperties"] = null;
        json["data"]!["alertContext"] = null;

        Assert.DoesNotContain("alertname", Assert.Single(Read(json.ToJsonString()).Value).Labels.Keys);
    }

    [Theory]
    [InlineData("{}", "data.essentials", "schemaId")]
    [InlineData("""{"schemaId":"Microsoft.Insights/activityLogs","data":{"status":"Activated"}}""", "data.essentials", "schemaId")]
    [InlineData("""{"schemaId":"azureMonitorCommonAlertSchema","data":[]}""", "data.essentials")]
    [InlineData("""{"schemaId":"azureMonitorCommonAlertSchema","data":{"essentials":"none"}}""", "data.essentials")]
    [InlineData("""{"schemaId":"azureMonitorCommonAlertSchema","data":{"essentials":{"monitorCondition":"Fired"}}}""", "data.essentials.alertId", "data.essentials.firedDateTime")]
    public void Read_BadEnvelope_NamesTheField(string json, params string[] fields) =>
        Assert.Equal(fields, Read(json).Problem!.Errors.Select(error => error.Field).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("alertId", "null")]
    [InlineData("alertId", "\"\"")]
    [InlineData("alertId", "7")]
    [InlineData("firedDateTime", "\"soon\"")]
    [InlineData("firedDateTime", "\"1/31/2026 12:00:00 PM\"")]
    [InlineData("monitorCondition", "\"Activated\"")]
    [InlineData("monitorCondition", "1")]
    public void Read_BadEssentials_NamesTheField(string member, string value)
    {
        var problem = Read(With(essentials => essentials[member] = JsonNode.Parse(value))).Problem;

        Assert.Equal((ProblemCodes.Invalid, $"data.essentials.{member}"), (problem?.Code, Assert.Single(problem!.Errors).Field));
    }

    [Fact]
    public void Read_CustomPropertiesThatAreNoObject_NamesTheField()
    {
        var json = JsonNode.Parse(Samples.AzureMonitor)!;
        json["data"]!["customProperties"] = "none";

        Assert.Equal("data.customProperties", Assert.Single(Read(json.ToJsonString()).Problem!.Errors).Field);
    }

    private static string With(Action<JsonObject> change)
    {
        var json = JsonNode.Parse(Samples.AzureMonitor)!;
        change(json["data"]!["essentials"]!.AsObject());
        return json.ToJsonString();
    }

    private static Result<IReadOnlyList<Alert>> Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return AzureMonitorPayload.Read(document.RootElement);
    }
}
