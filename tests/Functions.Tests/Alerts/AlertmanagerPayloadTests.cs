using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Core.Problems;
using ControlPlane.Functions.Alerts;

namespace ControlPlane.Functions.Tests.Alerts;

public sealed class AlertmanagerPayloadTests
{
    [Fact]
    public void Read_Sample_IsOneFiringAlert()
    {
        var alert = Assert.Single(Read(Samples.Alertmanager).Value);

        Assert.Equal(
            ("5ef77f1f8a3ecfd3", "QueueIsLong", new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero).AddTicks(1234567), false),
            (alert.Fingerprint, alert.Title, alert.StartsAt, alert.IsResolved));
        Assert.Equal(["alertname", "instance", "severity"], alert.Labels.Keys.Order());
    }

    [Fact]
    public void Read_SeveralAlerts_TakesTheStatusOfEach()
    {
        var json = JsonNode.Parse(Samples.Alertmanager)!;
        var second = json["alerts"]![0]!.DeepClone();
        second["status"] = "resolved";
        second["startsAt"] = "2026-01-31T14:00:00+02:00";
        json["alerts"]!.AsArray().Add(second);

        var alerts = Read(json.ToJsonString()).Value;

        Assert.Equal([false, true], alerts.Select(alert => alert.IsResolved));
        Assert.Equal(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero), alerts[1].StartsAt);
    }

    [Fact]
    public void Read_NoFingerprint_IsKnownByItsLabels()
    {
        var one = Assert.Single(Read(With(alert => alert.Remove("fingerprint"))).Value);
        var again = Assert.Single(Read(With(alert =>
        {
            alert.Remove("fingerprint");
            alert["labels"] = new JsonObject { ["instance"] = "engine-7:9003", ["severity"] = "critical", ["alertname"] = "QueueIsLong" };
        })).Value);
        var other = Assert.Single(Read(With(alert =>
        {
            alert.Remove("fingerprint");
            alert["labels"]!["severity"] = "warning";
        })).Value);

        Assert.Equal(one.Fingerprint, again.Fingerprint);
        Assert.NotEqual(one.Fingerprint, other.Fingerprint);
    }

    [Fact]
    public void Read_FingerprintThatFitsNoKey_IsHashed()
    {
        var alert = Assert.Single(Read(With(alert => alert["fingerprint"] = new string('/', 1000))).Value);

        Assert.Matches("^[0-9a-f]{32}$", alert.Fingerprint);
    }

    [Fact]
    public void Read_UnknownMembers_AreLetPass() =>
        Assert.True(Read(With(alert => alert["silenceURL"] = "http://x")).Is(out _, out _));

    [Fact]
    public void Read_NoAlerts_IsNone() => Assert.Empty(Read("""{"version":"4","alerts":[]}""").Value);

    [Theory]
    [InlineData("""{"alerts":[]}""", "version")]
    [InlineData("""{"version":4,"alerts":[]}""", "version")]
    [InlineData("""{"version":"3","alerts":[]}""", "version")]
    [InlineData("""{"version":"4"}""", "alerts")]
    [InlineData("""{"version":"4","alerts":{}}""", "alerts")]
    [InlineData("""{"version":"4","alerts":null}""", "alerts")]
    [InlineData("""{"version":"4","alerts":[5]}""", "alerts[0].labels", "alerts[0].startsAt", "alerts[0].status")]
    public void Read_BadEnvelope_NamesTheField(string json, params string[] fields) =>
        Assert.Equal(fields, Read(json).Problem!.Errors.Select(error => error.Field).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("status", "\"pending\"", "alerts[0].status")]
    [InlineData("status", "null", "alerts[0].status")]
    [InlineData("status", "true", "alerts[0].status")]
    [InlineData("labels", "null", "alerts[0].labels")]
    [InlineData("labels", "[]", "alerts[0].labels")]
    [InlineData("labels", "{\"severity\":1}", "alerts[0].labels.severity")]
    [InlineData("startsAt", "null", "alerts[0].startsAt")]
    [InlineData("startsAt", "\"\"", "alerts[0].startsAt")]
    [InlineData("startsAt", "\"yesterday\"", "alerts[0].startsAt")]
    [InlineData("startsAt", "\"1/31/2026 12:00:00 PM\"", "alerts[0].startsAt")]
    [InlineData("startsAt", "1769860800", "alerts[0].startsAt")]
    [InlineData("fingerprint", "7", "alerts[0].fingerprint")]
    public void Read_BadAlert_NamesTheField(string member, string value, string field)
    {
        var problem = Read(With(alert => alert[member] = JsonNode.Parse(value))).Problem;

        Assert.Equal((ProblemCodes.Invalid, field), (problem?.Code, Assert.Single(problem!.Errors).Field));
    }

    [Fact]
    public void Read_OneOfManyIsBad_NamesItByItsIndex()
    {
        var json = JsonNode.Parse(Samples.Alertmanager)!;
        for (var index = 1; index < 4; index++)
            json["alerts"]!.AsArray().Add(json["alerts"]![0]!.DeepClone());
        json["alerts"]![2]!["startsAt"] = "soon";

        Assert.Equal("alerts[2].startsAt", Assert.Single(Read(json.ToJsonString()).Problem!.Errors).Field);
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public void Read_ManyAlerts_AreTakenUpToTheLimit(int count, bool isTaken)
    {
        var one = JsonNode.Parse(Samples.Alertmanager)!["alerts"]![0]!.ToJsonString();
        var result = Read($$"""{"version":"4","alerts":[{{string.Join(',', Enumerable.Repeat(one, count))}}]}""");

        Assert.Equal(isTaken, result.Is(out _, out _));
        if (!isTaken)
            Assert.Equal("alerts", Assert.Single(result.Problem!.Errors).Field);
    }

    [Fact]
    public void Read_ManyFaults_NamesTheFirstOfThem()
    {
        var result = Read($$"""{"version":"4","alerts":[{{string.Join(',', Enumerable.Repeat("{}", 1000))}}]}""");

        Assert.Equal(20, result.Problem!.Errors.Count);
    }

    private static string With(Action<JsonObject> change)
    {
        var json = JsonNode.Parse(Samples.Alertmanager)!;
        change(json["alerts"]![0]!.AsObject());
        return json.ToJsonString();
    }

    private static Result<IReadOnlyList<Alert>> Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return AlertmanagerPayload.Read(document.RootElement);
    }
}
