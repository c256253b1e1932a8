using ControlPlane.Durable.Protocol;
using ControlPlane.FunctionsHost.Durable;
using Google.Protobuf.WellKnownTypes;
using static ControlPlane.FunctionsHost.Tests.Respond;

namespace ControlPlane.FunctionsHost.Tests;

/// <summary>What arrives in a turn, and what becomes of its answer.</summary>
public sealed class TurnTests : DurableFixture
{
    [Fact]
    public async Task Turns_OfAnActivity_HaveTheShapesOfDtfx()
    {
        Handler.OnActivity("Work", input => $"got {input}");
        Handler.OnTurn("Flow", request => request.PastEvents.Count == 0
            ? With(request, Activity(0, "work", "{\"a\": 1}"))
            : With(request, Complete(1, request.NewEvents[^1].TaskCompleted.Result)));
        await StartAsync();

        Assert.True(Host.StartOrchestration("flow", "one", "\"in\""));
        var done = await Host.ForAsync("one", OrchestrationStatus.Completed);

        var turns = Handler.Turns.ToArray();
        Assert.Equal("\"got {\\\"a\\\":1}\"", done.Output);
        Assert.Equal("", Kinds(turns[0].PastEvents));
        Assert.Equal("OrchestratorStarted ExecutionStarted", Kinds(turns[0].NewEvents));
        Assert.Equal("OrchestratorStarted ExecutionStarted TaskScheduled OrchestratorCompleted", Kinds(turns[1].PastEvents));
        Assert.Equal("OrchestratorStarted TaskCompleted", Kinds(turns[1].NewEvents));
        Assert.Equal([-1, -1, 0, -1], turns[1].PastEvents.Select(item => item.EventId));
        Assert.Equal("", turns[1].ExecutionId ?? "");
        Assert.NotEqual("", turns[1].PastEvents[1].ExecutionStarted.OrchestrationInstance.ExecutionId);
        Assert.Null(turns[1].PastEvents[1].ExecutionStarted.ParentInstance);
        Assert.Equal("OrchestratorStarted ExecutionStarted TaskScheduled OrchestratorCompleted OrchestratorStarted TaskCompleted ExecutionCompleted OrchestratorCompleted", Kinds(done.History));
    }

    [Fact]
    public async Task Activities_OfOneTurn_AreScheduledInOrder()
    {
        Handler.OnActivity("Work", input => input);
        Handler.OnTurn("Flow", request =>
        {
            var ended = request.PastEvents.Concat(request.NewEvents).Count(item => item.TaskCompleted is not null);
            return request.PastEvents.Count == 0 ? With(request, Activity(0, "Work", "0"), Activity(1, "Work", "1"), Activity(2, "Work", "2"))
                : ended == 3 ? With(request, Complete(3, null)) : With(request);
        });
        await StartAsync();

        Host.StartOrchestration("Flow", "fan");
        var done = await Host.ForAsync("fan", OrchestrationStatus.Completed);

        Assert.Equal([0, 1, 2], done.History.Where(item => item.TaskScheduled is not null).Select(item => item.EventId));
        Assert.Equal([0, 1, 2], done.History.Where(item => item.TaskCompleted is not null).Select(item => item.TaskCompleted.TaskScheduledId).Order());
        Assert.Null(done.Output);
    }

    [Fact]
    public async Task Terminate_BeforeTheFirstTurn_ComesWithTheStart()
    {
        var hold = new TaskCompletionSource();
        Handler.On("/", async _ => await hold.Task);
        Handler.OnTurn("Flow", request => With(request, End(0, OrchestrationStatus.Terminated, request.NewEvents[^1].ExecutionTerminated?.Input)));
        // A turn may be under way as soon as there is a start: the one that counts is the next, which has both.
        await StartAsync(options => options with { Fate = new OnceFate(TurnFate.RepeatAfterAnswer) });

        Host.StartOrchestration("Flow", "short");
        var isSecondRefused = !Host.StartOrchestration("Flow", "short");
        Host.Terminate("short", "\"enough\"");
        hold.SetResult();
        var done = await Host.ForAsync("short", OrchestrationStatus.Terminated);

        Assert.True(isSecondRefused);
        Assert.NotNull(done.History.FirstOrDefault(item => item.ExecutionTerminated is not null));
    }

    [Fact]
    public async Task Events_AnyAndUnknown_AreHandedOn()
    {
        Handler.OnTurn("Flow", request => With(request));
        await StartAsync();
        Host.StartOrchestration("Flow", "wait");
        await Host.ForAsync("wait", OrchestrationStatus.Running);

        Host.RaiseEvent("wait", "Go", "{\"x\":1}");
        await Wait.UntilAsync(() => Handler.Turns.Count >= 2, "the turn with the event");
        Host.Hub.Send(new HubMessage("wait", null, Unknown()));
        await Wait.UntilAsync(() => Handler.Turns.Count >= 3, "the turn with the unknown event");

        var turns = Handler.Turns.ToArray();
        Assert.Equal(("Go", "{\"x\":1}", -1), (turns[1].NewEvents[1].EventRaised.Name, turns[1].NewEvents[1].EventRaised.Input, turns[1].NewEvents[1].EventId));
        Assert.Equal(HistoryEvent.EventTypeOneofCase.None, turns[2].NewEvents[1].EventTypeCase);
    }

    [Fact]
    public async Task Suspend_ThenResume_ShowsInTheStatus()
    {
        Handler.OnTurn("Flow", request => With(request));
        await StartAsync();
        Host.StartOrchestration("Flow", "held");
        await Host.ForAsync("held", OrchestrationStatus.Running);

        Host.Suspend("held", "why");
        await Host.ForAsync("held", OrchestrationStatus.Suspended);
        Host.Resume("held");
        await Host.ForAsync("held", OrchestrationStatus.Running);

        Assert.Equal("why", Handler.Turns.ToArray()[1].NewEvents[1].ExecutionSuspended.Input);
    }

    [Fact]
    public async Task ContinueAsNew_BeginsTheNextGenerationAtOnce()
    {
        Handler.OnTurn("Flow", request =>
        {
            var started = request.NewEvents.Concat(request.PastEvents).First(item => item.ExecutionStarted is not null).ExecutionStarted;
            if (started.Input == "2")
                return With(request);
            var again = End(1, OrchestrationStatus.ContinuedAsNew, "2");
            again.CompleteOrchestration.CarryoverEvents.Add(new HistoryEvent { EventId = -1, Timestamp = new Timestamp(), EventRaised = new() { Name = "late", Input = "5" } });
            again.CompleteOrchestration.CarryoverEvents.Add(new HistoryEvent { EventId = -1, Timestamp = new Timestamp(), GenericEvent = new() });
            return With(request, Activity(0, "Work"), again);
        });
        Handler.OnActivity("Work", _ => "stale");
        await StartAsync();

        Host.StartOrchestration("Flow", "loop", "1");
        await Wait.UntilAsync(() => Handler.Turns.Count >= 3, "three turns");

        var turns = Handler.Turns.ToArray();
        Assert.Equal("", Kinds(turns[1].PastEvents));
        Assert.Equal("OrchestratorStarted ExecutionStarted EventRaised OrchestratorCompleted", Kinds(turns[1].NewEvents));
        Assert.Equal(("2", "Flow"), (turns[1].NewEvents[1].ExecutionStarted.Input, turns[1].NewEvents[1].ExecutionStarted.Name));
        Assert.NotEqual(turns[0].NewEvents[1].ExecutionStarted.OrchestrationInstance.ExecutionId, turns[1].NewEvents[1].ExecutionStarted.OrchestrationInstance.ExecutionId);
        Assert.Equal("OrchestratorStarted ExecutionStarted EventRaised OrchestratorCompleted", Kinds(turns[2].PastEvents));
        Assert.Equal("OrchestratorStarted", Kinds(turns[2].NewEvents));
    }

    [Fact]
    public async Task CustomStatus_IsReplacedByEveryTurn()
    {
        Handler.OnTurn("Flow", request =>
        {
            var response = With(request);
            response.CustomStatus = request.PastEvents.Count == 0 ? "{\"step\":1}" : null;
            return response;
        });
        await StartAsync();
        Host.StartOrchestration("Flow", "status");
        await Wait.UntilAsync(() => Host.Hub.Find("status")?.CustomStatus == "{\"step\":1}", "the first status");

        Host.RaiseEvent("status", "any");

        await Wait.UntilAsync(() => Host.Hub.Find("status")?.CustomStatus is null, "no status");
    }

    [Fact]
    public async Task Child_ThatCompletesFailsOrTerminates_TellsItsParent()
    {
        Handler.OnTurn("Flow", request => request.PastEvents.Count == 0
            ? With(request, Child(0, "done", "Child", "\"done\""), Child(1, "fails", "Child", "\"fails\""), Child(2, "stops", "Child", "\"stops\""))
            : With(request));
        Handler.OnTurn("Child", request =>
        {
            var failed = End(0, OrchestrationStatus.Failed, "\"bad\"");
            failed.CompleteOrchestration.FailureDetails = new() { ErrorType = "T", ErrorMessage = "M" };
            return With(request, request.InstanceId switch
            {
                "done" => Complete(0, "7"),
                "fails" => failed,
                _ => End(0, OrchestrationStatus.Terminated, null),
            });
        });
        await StartAsync();

        Host.StartOrchestration("Flow", "parent");
        await Wait.UntilAsync(() => Host.Hub.Find("parent")!.History.Count(item => item.EventTypeCase.ToString().StartsWith("SubOrchestrationInstance", StringComparison.Ordinal)) == 6, "three ends");

        var history = Host.Hub.Find("parent")!.History;
        var parent = Handler.Turns.First(turn => turn.InstanceId == "done").NewEvents[1].ExecutionStarted.ParentInstance;
        var failures = history.Where(item => item.SubOrchestrationInstanceFailed is not null).ToDictionary(item => item.SubOrchestrationInstanceFailed.TaskScheduledId, item => item.SubOrchestrationInstanceFailed);
        Assert.Equal((0, "Flow", "parent"), (parent.TaskScheduledId, parent.Name, parent.OrchestrationInstance.InstanceId));
        Assert.Equal("7", history.First(item => item.SubOrchestrationInstanceCompleted is not null).SubOrchestrationInstanceCompleted.Result);
        Assert.Equal("M", failures[1].FailureDetails.ErrorMessage);
        Assert.Null(failures[2].FailureDetails);
    }

    [Fact]
    public async Task TimersAndEvents_ReachTheirReceivers()
    {
        Handler.OnTurn("Flow", request => request.PastEvents.Count == 0
            ? With(request, Timer(0, DateTimeOffset.UtcNow.AddSeconds(-1)), Event(1, "other", "hello", "1"), Event(2, "nobody", "hello", "1"))
            : With(request, request.NewEvents.Any(item => item.TimerFired is not null) ? Complete(3, "true") : Event(3, "other", "x", null)));
        Handler.OnTurn("Child", request => request.NewEvents.FirstOrDefault(item => item.EventRaised is not null) is { } raised
            ? With(request, Complete(0, raised.EventRaised.Input)) : With(request));
        await StartAsync();
        Host.StartOrchestration("Child", "other");

        Host.StartOrchestration("Flow", "sender");

        await Host.ForAsync("sender", OrchestrationStatus.Completed);
        Assert.Equal("1", (await Host.ForAsync("other", OrchestrationStatus.Completed)).Output);
        Assert.Null(Host.Hub.Find("nobody"));
    }

    [Fact]
    public async Task Request_OfTwentyMegabytes_Arrives()
    {
        Handler.OnTurn("Flow", request => With(request, Complete(0, $"{request.NewEvents[1].ExecutionStarted.Input.Length}")));
        await StartAsync();

        Host.StartOrchestration("Flow", "large", $"\"{new string('x', 20_000_000)}\"");

        Assert.Equal("20000002", (await Host.ForAsync("large", OrchestrationStatus.Completed)).Output);
    }

    /// <summary>An executionRewound, which these messages do not know.</summary>
    private static HistoryEvent Unknown() => HistoryEvent.Parser.ParseFrom([0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0xF2, 0x01, 0x00]);
}
