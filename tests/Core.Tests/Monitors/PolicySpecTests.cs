using System.Text.Json;
using ControlPlane.Core.Monitors;
using ControlPlane.Core.Problems;
using ControlPlane.Core.Scaling.Policies;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Core.Tests.Monitors;

/// <summary>The rules of a policy. Each case is written as a user would write it.</summary>
public sealed class PolicySpecTests
{
    private static readonly string Long = new('x', 65);

    [Fact]
    public void Validate_None_IsNone() => Assert.Null(Validate(null).Value.Policy);

    [Fact]
    public void Validate_Empty_LimitsNothing()
    {
        var policy = Validate("{}").Value.Policy!;

        Assert.Equal((0, 0, 0, 0), (policy.Signals.Count, policy.Schedules.Count, policy.Blockers.Count, policy.Alerts.Count));
        Assert.Equal((TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero), (policy.OutCooldown, policy.InCooldown, policy.StabilisationWindow));
        Assert.Equal((null, null, null), (policy.MaxStepOut, policy.MaxStepIn, policy.FallbackCount));
        Assert.Equal((null, null), (policy.SparesJobsOver, policy.PressureStaleAfter));
        Assert.False(policy.HoldsBreakEven || policy.IsDryRun);
    }

    [Fact]
    public void Validate_Everything_ArrivesWhereItBelongs()
    {
        var policy = Validate("""
            {
              "signals": [{"name":"q","kind":"HttpJson","target":5,"high":8,"low":2,"staleAfterSeconds":30,"url":"https://h/x?y=1","query":"/a~1b"}],
              "schedules": [{"name":"day","cron":"0 8 * * mon-fri","timeZone":"Europe/Berlin","durationSeconds":3600,"minInstances":2,"maxInstances":5}],
              "blockers": [{"name":"load","kind":"PromQl","url":"http://p:9090","query":"up","forbids":"AnyChange","staleAfterSeconds":20}],
              "alerts": [{"name":"late","labels":{"severity":"page"},"add":2,"longestHoldSeconds":600}],
              "outCooldownSeconds":1, "inCooldownSeconds":2, "maxStepOut":3, "maxStepIn":4, "stabilisationWindowSeconds":5,
              "holdsBreakEven":true, "sparesJobsOverSeconds":6, "fallbackCount":7, "pressureStaleAfterSeconds":8, "isDryRun":true
            }
            """).Value.Policy!;

        var (signal, schedule, blocker, alert) = (policy.Signals[0], policy.Schedules[0], policy.Blockers[0], policy.Alerts[0]);
        Assert.Equal(
            new Signal { Name = "q", Kind = SignalKind.HttpJson, Target = 5, High = 8, Low = 2, StaleAfter = Seconds(30), Url = "https://h/x?y=1", Query = "/a~1b" },
            signal);
        Assert.Equal(("day", "0 8 * * mon-fri", "Europe/Berlin", Seconds(3600)), (schedule.Name, schedule.Begins.Text, schedule.TimeZone, schedule.Length));
        Assert.Equal((2, 5), (schedule.Min, schedule.Max));
        Assert.Equal(new Blocker { Name = "load", Url = "http://p:9090", Query = "up", Forbids = Forbids.AnyChange, StaleAfter = Seconds(20) }, blocker);
        Assert.Equal(("late", 2, null, Seconds(600)), (alert.Name, alert.Add, alert.AtLeast, alert.LongestHold));
        Assert.Equal("page", alert.Labels["severity"]);
        Assert.Equal((Seconds(1), Seconds(2), Seconds(5)), (policy.OutCooldown, policy.InCooldown, policy.StabilisationWindow));
        Assert.Equal((3, 4, 7), (policy.MaxStepOut, policy.MaxStepIn, policy.FallbackCount));
        Assert.Equal((Seconds(6), Seconds(8)), (policy.SparesJobsOver, policy.PressureStaleAfter));
        Assert.True(policy.HoldsBreakEven && policy.IsDryRun);
    }

    [Theory]
    [InlineData("outCooldownSeconds", 0, 86400)]
    [InlineData("inCooldownSeconds", 0, 86400)]
    [InlineData("stabilisationWindowSeconds", 0, 86400)]
    [InlineData("sparesJobsOverSeconds", 0, 86400)]
    [InlineData("pressureStaleAfterSeconds", 1, 3600)]
    [InlineData("maxStepOut", 1, 1000)]
    [InlineData("maxStepIn", 1, 1000)]
    [InlineData("fallbackCount", 0, 1000)]
    public void Validate_PlainValues_HaveARange(string field, int low, int high)
    {
        Assert.Null(Validate($$"""{"{{field}}":{{low}}}""").Problem);
        Assert.Null(Validate($$"""{"{{field}}":{{high}}}""").Problem);
        Refused($$"""{"{{field}}":{{low - 1}}}""", field, $"is {low - 1}. Give a ");
        Refused($$"""{"{{field}}":{{high + 1}}}""", field, $"number from {low} to {high}.");
    }

    [Theory]
    [InlineData("""{"kind":"Cpu","target":0.7}""", "name", "is missing. Give a name")]
    [InlineData("""{"name":" ","kind":"Cpu","target":0.7}""", "name", "is missing")]
    [InlineData("""{"name":"a ","kind":"Cpu","target":0.7}""", "name", "ends with a blank")]
    [InlineData("""{"name":"a\nb","kind":"Cpu","target":0.7}""", "name", "control character")]
    [InlineData("""{"name":"LONG","kind":"Cpu","target":0.7}""", "name", "At most 64")]
    [InlineData("""{"name":"a","target":0.7}""", "kind", "is missing. Known: JobsPerInstance, QueueWait, Cpu, Memory, PromQl, HttpJson.")]
    [InlineData("""{"name":"a","kind":"Disk","target":0.7}""", "kind", "\"Disk\" is not known. Known: JobsPerInstance")]
    [InlineData("""{"name":"a","kind":"2","target":0.7}""", "kind", "\"2\" is not known")]
    [InlineData("""{"name":"a","kind":"Cpu"}""", "target", "is missing. Give a number over 0, at most 1.")]
    [InlineData("""{"name":"a","kind":"Cpu","target":70}""", "target", "is 70. Give a number over 0, at most 1.")]
    [InlineData("""{"name":"a","kind":"Memory","target":0}""", "target", "is 0. Give")]
    [InlineData("""{"name":"a","kind":"QueueWait","target":86401}""", "target", "at most 86400")]
    [InlineData("""{"name":"a","kind":"JobsPerInstance","target":-1}""", "target", "is -1")]
    [InlineData("""{"name":"a","kind":"Cpu","target":0.7,"high":1.1}""", "high", "is 1.1")]
    [InlineData("""{"name":"a","kind":"Cpu","target":0.7,"high":0}""", "high", "is 0")]
    [InlineData("""{"name":"a","kind":"Cpu","target":0.7,"low":0.7}""", "low", "under target")]
    [InlineData("""{"name":"a","kind":"Cpu","target":0.7,"high":0.8,"low":0.9}""", "low", "under high")]
    [InlineData("""{"name":"a","kind":"Cpu","target":0.7,"low":-0.1}""", "low", "is -0.1")]
    [InlineData("""{"name":"a","kind":"Cpu","target":0.8,"high":0.4}""", "low", "It would be half the target, 0.4")]
    [InlineData("""{"name":"a","kind":"Cpu","target":0.7,"staleAfterSeconds":0.9}""", "staleAfterSeconds", "from 1 to 3600")]
    [InlineData("""{"name":"a","kind":"Cpu","target":0.7,"staleAfterSeconds":3601}""", "staleAfterSeconds", "from 1 to 3600")]
    [InlineData("""{"name":"a","kind":"Cpu","target":0.7,"url":"http://h"}""", "url", "Leave it out")]
    [InlineData("""{"name":"a","kind":"Cpu","target":0.7,"query":"up"}""", "query", "Leave it out")]
    [InlineData("""{"name":"a","kind":"PromQl","target":1,"query":"up"}""", "url", "is missing")]
    [InlineData("""{"name":"a","kind":"PromQl","target":1,"query":"up","url":"h:9090"}""", "url", "is no url")]
    [InlineData("""{"name":"a","kind":"PromQl","target":1,"query":"up","url":"/api"}""", "url", "is no url")]
    [InlineData("""{"name":"a","kind":"PromQl","target":1,"query":"up","url":"file:///etc/passwd"}""", "url", "is no url")]
    [InlineData("""{"name":"a","kind":"PromQl","target":1,"query":"up","url":"http://h /x"}""", "url", "is no url")]
    [InlineData("""{"name":"a","kind":"PromQl","target":1,"query":"up","url":"http://u:p@h"}""", "url", "names a user")]
    [InlineData("""{"name":"a","kind":"PromQl","target":1,"query":"up","url":"http://@h"}""", "url", "names a user")]
    [InlineData("""{"name":"a","kind":"PromQl","target":1,"query":"up","url":"http://h/#x"}""", "url", "fragment")]
    [InlineData("""{"name":"a","kind":"PromQl","target":1,"url":"http://h"}""", "query", "Give a PromQL expression")]
    [InlineData("""{"name":"a","kind":"HttpJson","target":1,"url":"http://h"}""", "query", "Give a JSON pointer")]
    [InlineData("""{"name":"a","kind":"HttpJson","target":1,"url":"http://h","query":"a/b"}""", "query", "Begin with a slash")]
    [InlineData("""{"name":"a","kind":"HttpJson","target":1,"url":"http://h","query":"/a~2"}""", "query", "is no JSON pointer")]
    [InlineData("""{"name":"a","kind":"HttpJson","target":1,"url":"http://h","query":"/a~"}""", "query", "is no JSON pointer")]
    public void Validate_BadSignal_NamesTheMemberAndTheFix(string signal, string field, string message) =>
        Refused($$"""{"signals":[{"name":"good","kind":"cpu","target":1},{{signal}}]}""", $"signals[1].{field}", message);

    [Theory]
    [InlineData("""{"cron":"0 8 * * *","durationSeconds":60,"minInstances":1}""", "name", "is missing")]
    [InlineData("""{"name":"a","durationSeconds":60,"minInstances":1}""", "cron", "is missing. Give minute, hour")]
    [InlineData("""{"name":"a","cron":"0 8 * *","durationSeconds":60,"minInstances":1}""", "cron", "has 4 fields")]
    [InlineData("""{"name":"a","cron":"0 25 * * *","durationSeconds":60,"minInstances":1}""", "cron", "\"25\" is no hour")]
    [InlineData("""{"name":"a","cron":"0 8 * * *","minInstances":1}""", "durationSeconds", "is missing")]
    [InlineData("""{"name":"a","cron":"0 8 * * *","durationSeconds":59,"minInstances":1}""", "durationSeconds", "from 60 to 604800")]
    [InlineData("""{"name":"a","cron":"0 8 * * *","durationSeconds":604801,"minInstances":1}""", "durationSeconds", "from 60 to 604800")]
    [InlineData("""{"name":"a","cron":"0 8 * * *","durationSeconds":60,"minInstances":1,"timeZone":"Mars/Olympus"}""", "timeZone", "Europe/Berlin")]
    [InlineData("""{"name":"a","cron":"0 8 * * *","durationSeconds":60,"minInstances":1,"timeZone":"../../etc/passwd"}""", "timeZone", "is not known")]
    [InlineData("""{"name":"a","cron":"0 8 * * *","durationSeconds":60,"minInstances":1,"timeZone":"/etc/localtime"}""", "timeZone", "is not known")]
    [InlineData("""{"name":"a","cron":"0 8 * * *","durationSeconds":60,"minInstances":1,"timeZone":"leapseconds"}""", "timeZone", "is not known")]
    [InlineData("""{"name":"a","cron":"0 8 * * *","durationSeconds":60,"minInstances":1,"timeZone":""}""", "timeZone", "is not known")]
    [InlineData("""{"name":"a","cron":"0 8 * * *","durationSeconds":60}""", "minInstances", "so is maxInstances")]
    [InlineData("""{"name":"a","cron":"0 8 * * *","durationSeconds":60,"minInstances":-1}""", "minInstances", "from 0 to 1000")]
    [InlineData("""{"name":"a","cron":"0 8 * * *","durationSeconds":60,"maxInstances":1001}""", "maxInstances", "from 0 to 1000")]
    [InlineData("""{"name":"a","cron":"0 8 * * *","durationSeconds":60,"minInstances":3,"maxInstances":2}""", "minInstances", "more than maxInstances, which is 2")]
    [InlineData("""{"name":"a","cron":"0 8 * * *","durationSeconds":60,"minInstances":11}""", "minInstances", "more than the monitor's maxInstances, which is 10")]
    public void Validate_BadSchedule_NamesTheMemberAndTheFix(string schedule, string field, string message) =>
        Refused($$"""{"schedules":[{{schedule}}]}""", $"schedules[0].{field}", message);

    [Theory]
    [InlineData("""{"url":"http://h","query":"up"}""", "name", "is missing")]
    [InlineData("""{"name":"a","query":"up"}""", "url", "is missing")]
    [InlineData("""{"name":"a","url":"http://h"}""", "query", "is missing")]
    [InlineData("""{"name":"a","url":"http://h","query":"up","kind":"Cpu"}""", "kind", "Known: PromQl, HttpJson.")]
    [InlineData("""{"name":"a","url":"http://h","query":"up","forbids":"Growing"}""", "forbids", "Known: Shrinking, AnyChange.")]
    [InlineData("""{"name":"a","url":"http://u@h","query":"up"}""", "url", "names a user")]
    [InlineData("""{"name":"a","url":"http://h","query":"up","staleAfterSeconds":0}""", "staleAfterSeconds", "from 1 to 3600")]
    public void Validate_BadBlocker_NamesTheMemberAndTheFix(string blocker, string field, string message) =>
        Refused($$"""{"blockers":[{{blocker}}]}""", $"blockers[0].{field}", message);

    [Theory]
    [InlineData("""{"labels":{"a":"b"},"add":1}""", "name", "is missing")]
    [InlineData("""{"name":"a","add":1}""", "labels", "is missing")]
    [InlineData("""{"name":"a","labels":{},"add":1}""", "labels", "is missing")]
    [InlineData("""{"name":"a","labels":{"a":null},"add":1}""", "labels", "without a name or a value")]
    [InlineData("""{"name":"a","labels":{"":"b"},"add":1}""", "labels", "without a name or a value")]
    [InlineData("""{"name":"a","labels":{"a":"b"}}""", "add", "so is atLeast")]
    [InlineData("""{"name":"a","labels":{"a":"b"},"add":1,"atLeast":2}""", "atLeast", "cannot stand beside add")]
    [InlineData("""{"name":"a","labels":{"a":"b"},"add":0}""", "add", "from 1 to 1000")]
    [InlineData("""{"name":"a","labels":{"a":"b"},"atLeast":1001}""", "atLeast", "from 1 to 1000")]
    [InlineData("""{"name":"a","labels":{"a":"b"},"add":1,"longestHoldSeconds":59}""", "longestHoldSeconds", "from 60 to 86400")]
    public void Validate_BadAlert_NamesTheMemberAndTheFix(string alert, string field, string message) =>
        Refused($$"""{"alerts":[{{alert}}]}""", $"alerts[0].{field}", message);

    [Theory]
    [InlineData("signals", """{"name":"N","kind":"Cpu","target":1}""")]
    [InlineData("schedules", """{"name":"N","cron":"0 8 * * *","durationSeconds":60,"maxInstances":0}""")]
    [InlineData("blockers", """{"name":"N","url":"http://h","query":"up"}""")]
    [InlineData("alerts", """{"name":"N","labels":{"a":"b"},"add":1}""")]
    public void Validate_Lists_HoldTwentyAndNoNullAndNoNameTwice(string list, string item)
    {
        string Many(int count) => string.Join(',', Enumerable.Range(0, count).Select(index => item.Replace("\"N\"", $"\"n{index}\"", StringComparison.Ordinal)));

        Assert.Null(Validate($$"""{"{{list}}":[{{Many(20)}}]}""").Problem);
        Refused($$"""{"{{list}}":[{{Many(21)}}]}""", list, "holds 21. At most 20 are allowed.");
        Refused($$"""{"{{list}}":[null]}""", $"{list}[0]", "is null");
        Refused($$"""{"{{list}}":[{{item}},{{item}}]}""", $"{list}[1].name", $"\"N\" is the name of {list}[0] already");
    }

    [Fact]
    public void Validate_OneNameInTwoLists_IsRefused() =>
        Refused(
            """{"signals":[{"name":"a","kind":"Cpu","target":1}],"blockers":[{"name":"a","url":"http://h","query":"up"}]}""",
            "blockers[0].name",
            "is the name of signals[0] already");

    [Fact]
    public void Validate_SeveralFaults_SaysAllAtOnce()
    {
        var errors = Validate("""{"signals":[{"name":"a","kind":"Cpu"}],"schedules":[{"name":"b","minInstances":1}],"maxStepIn":0}""").Problem!.Errors;

        Assert.Equal(
            ["policy.maxStepIn", "policy.schedules[0].cron", "policy.schedules[0].durationSeconds", "policy.signals[0].target"],
            errors.Select(error => error.Field).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(1.0, true)]
    [InlineData(2_592_000.0, true)]
    [InlineData(0.9, false)]
    [InlineData(2_592_001.0, false)]
    [InlineData(double.NaN, false)]
    [InlineData(null, false)]
    public void ValidatePause_Seconds_HaveARange(double? seconds, bool isAllowed)
    {
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        var result = new PauseSpec { Seconds = seconds, Reason = "backup" }.Validate("ann", now);

        Assert.Equal(isAllowed ? [] : ["seconds"], result.Problem?.Errors.Select(error => error.Field) ?? []);
        Assert.True(!isAllowed || result.Value == new Pause(now.AddSeconds(seconds!.Value), "ann", "backup"));
    }

    [Theory]
    [InlineData(null, "is missing. Give why, such as \"backup\".")]
    [InlineData(" ", "is missing. Give why, such as \"backup\".")]
    [InlineData("a\nb", "holds a control character. Remove it.")]
    public void ValidatePause_NoReason_IsRefused(string? reason, string message) =>
        Assert.Equal([new FieldError("reason", message)], new PauseSpec { Seconds = 60, Reason = reason }.Validate("ann", default).Problem!.Errors);

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static void Refused(string policy, string field, string message)
    {
        var error = Assert.Single(Validate(policy.Replace("LONG", Long, StringComparison.Ordinal)).Problem!.Errors);

        Assert.Equal($"policy.{field}", error.Field);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private static Result<Monitor> Validate(string? policy) => new MonitorSpec
    {
        Name = "monitor1",
        Tag = "group1",
        MinInstances = 1,
        MaxInstances = 10,
        AllocateType = "local",
        AllocateStrategy = "Threshold",
        Policy = policy is null ? null : JsonSerializer.Deserialize<PolicySpec>(policy, JsonSerializerOptions.Web),
    }.Validate(["local"], (_, _) => true);
}
