using System.Net;
using System.Text.Json;
using ControlPlane.Durable.Protocol;
using ControlPlane.Functions.Management;
using ControlPlane.Functions.Tests.Site;
using Google.Protobuf.WellKnownTypes;

namespace ControlPlane.Functions.Tests.Management;

/// <summary>Histories as the management API shows them. Source: durable-protocol, section 9.1.</summary>
public sealed class HistoryTests(ManagementSite site) : IClassFixture<ManagementSite>
{
    private static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task ShowHistory_EndedInstance_HasOneEventForEachThingThatHappened()
    {
        var id = await site.EndedAsync();

        var events = (await site.GetAsync($"instances/{id}?showHistory=True&showHistoryOutput=True")).GetProperty("historyEvents");

        Assert.Equal(["ExecutionStarted", "TaskCompleted", "ExecutionCompleted"], Types(events));
        Assert.Equal(["EventType", "Timestamp", "FunctionName", "Input"], Members(events[0]));
        Assert.Equal(["EventType", "Timestamp", "ScheduledTime", "FunctionName", "Input", "Result"], Members(events[1]));
        Assert.Equal(["EventType", "Timestamp", "OrchestrationStatus", "Result"], Members(events[2]));
        Assert.Equal(("WatchGroup", "EvaluateGroup"), (events[0].GetProperty("FunctionName").GetString(), events[1].GetProperty("FunctionName").GetString()));
        Assert.True(events[1].GetProperty("ScheduledTime").GetDateTimeOffset() <= events[1].GetProperty("Timestamp").GetDateTimeOffset());
        Assert.Equal("Completed", events[2].GetProperty("OrchestrationStatus").GetString());
        Assert.True(events[2].GetProperty("Result").GetProperty("isOver").GetBoolean());
    }

    [Fact]
    public async Task ShowHistory_WithoutOutputAndInput_HidesThem()
    {
        var id = await site.EndedAsync();

        var events = (await site.GetAsync($"instances/{id}?showHistory=true&showInput=false")).GetProperty("historyEvents");

        Assert.Equal(3, events.GetArrayLength());
        Assert.All(events.EnumerateArray(), item => Assert.DoesNotContain(item.EnumerateObject(), member => member.Name is "Result" or "Input"));
    }

    [Fact]
    public async Task ShowHistory_NotAskedFor_IsNotThere()
    {
        var id = await site.EndedAsync();

        Assert.False((await site.GetAsync($"instances/{id}")).TryGetProperty("historyEvents", out _));
        Assert.False((await site.GetAsync($"instances/{id}?showHistory=false&showHistoryOutput=true")).TryGetProperty("historyEvents", out _));
    }

    [Fact]
    public async Task ShowHistory_RunningInstance_ShowsTheCurrentExecution()
    {
        var id = await site.RunningAsync();

        await Soon.TrueAsync(
            async () => Types((await site.GetAsync($"instances/{id}?showHistory=true", HttpStatusCode.Accepted)).GetProperty("historyEvents"))
                .SequenceEqual(["ExecutionStarted", "TaskCompleted", "TimerCreated"]),
            "a watch that has looked and set its timer");
    }

    [Fact]
    public void Write_OpenCall_StaysAndEndedCallsAreMerged()
    {
        HistoryEvent[] history =
        [
            At(0, new() { EventId = -1, OrchestratorStarted = new() }),
            At(0, new() { EventId = 0, TaskScheduled = new() { Name = "Open", Input = "1" } }),
            At(0, new() { EventId = 1, SubOrchestrationInstanceCreated = new() { Name = "Child", InstanceId = "c", Input = "2" } }),
            At(0, new() { EventId = -1, OrchestratorCompleted = new() }),
            At(3, new() { EventId = -1, SubOrchestrationInstanceFailed = new() { TaskScheduledId = 1, FailureDetails = new() { ErrorType = "T", ErrorMessage = "bad" } } }),
        ];

        Assert.Equal(
            """[{"EventType":"TaskScheduled","Timestamp":"2026-01-01T00:00:00Z","Name":"Open","Input":"1"},"""
            + """{"EventType":"SubOrchestrationInstanceFailed","Timestamp":"2026-01-01T00:00:03Z","ScheduledTime":"2026-01-01T00:00:00Z","FunctionName":"Child","Input":"2","Reason":"bad","FailureDetails":{"ErrorType":"T","ErrorMessage":"bad","IsNonRetriable":false}}]""",
            Json(history));
    }

    [Fact]
    public void Write_EveryKindOfEvent_HasItsOwnMembers()
    {
        var due = Timestamp.FromDateTime(Start.AddDays(1));
        HistoryEvent[] history =
        [
            At(1, new() { TimerCreated = new() { FireAt = due } }),
            At(1, new() { TimerFired = new() { FireAt = due, TimerId = 3 } }),
            At(1, new() { EventSent = new() { InstanceId = "other", Name = "go", Input = "1" } }),
            At(1, new() { EventRaised = new() { Name = "go" } }),
            At(1, new() { ExecutionSuspended = new() { Input = "\"lunch\"" } }),
            At(1, new() { ExecutionResumed = new() }),
            At(1, new() { ExecutionTerminated = new() { Input = "\"enough\"" } }),
            At(1, new() { TaskCompleted = new() { TaskScheduledId = 9, Result = "\"odd" } }),
            At(1, new()),
        ];

        Assert.Equal(
            [
                """ "TimerCreated","FireAt":"2026-01-02T00:00:00Z" """,
                """ "TimerFired","FireAt":"2026-01-02T00:00:00Z" """,
                """ "EventSent","InstanceId":"other","Name":"go","Input":"1" """,
                """ "EventRaised","Name":"go","Input":null """,
                """ "ExecutionSuspended","Reason":"lunch" """,
                """ "ExecutionResumed","Reason":null """,
                """ "ExecutionTerminated","Input":"enough" """,
                """ "TaskCompleted","Result":"\u0022odd" """,
            ],
            JsonSerializer.Deserialize<JsonElement[]>(Json(history))!.Select(Short));
    }

    private static HistoryEvent At(int seconds, HistoryEvent item)
    {
        item.Timestamp = Timestamp.FromDateTime(Start.AddSeconds(seconds));
        return item;
    }

    private static string Json(HistoryEvent[] history)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
            new HistoryJson(history, showInput: true, showOutput: true).Write(json);
        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Without the time, which is the same in all.</summary>
    private static string Short(JsonElement item) =>
        $" {item.GetRawText()["{\"EventType\":".Length..^1].Replace("\"Timestamp\":\"2026-01-01T00:00:01Z\",", "", StringComparison.Ordinal)} ";

    private static IEnumerable<string> Types(JsonElement events) => events.EnumerateArray().Select(item => item.GetProperty("EventType").GetString()!);

    private static IEnumerable<string> Members(JsonElement item) => item.EnumerateObject().Select(member => member.Name);
}
