using ControlPlane.Durable.Protocol;
using ControlPlane.FunctionsHost.Durable;
using static ControlPlane.FunctionsHost.Tests.Respond;

namespace ControlPlane.FunctionsHost.Tests;

/// <summary>Deliveries that come twice, late, or to nobody; activities that fail; hosts that die.</summary>
public sealed class DeliveryTests : DurableFixture
{
    [Fact]
    public async Task Activity_ReturnValue_BecomesItsJson()
    {
        var values = new Dictionary<string, string>
        {
            ["null"] = "null",
            ["text"] = "\"abc\"",
            ["json"] = "\"{\\\"a\\\":1}\"",
            ["object"] = "{\"a\":[1,true]}",
            ["number"] = "5",
            ["date"] = "\"2024-01-02T03:04:05+02:00\"",
        };
        Handler.OnInvocation("Work", body => $$"""{"ReturnValue":{{values[Newtonsoft.Json.JsonConvert.DeserializeObject<string>((string)body["Data"]!["inputTrigger"]!)!.Trim('"')]}}}""");
        CompleteWithResult();
        await StartAsync();

        var results = new Dictionary<string, string?>();
        foreach (var name in values.Keys)
        {
            Host.StartOrchestration("Flow", name, $"\"{name}\"");
            results[name] = (await Host.ForAsync(name, OrchestrationStatus.Completed)).Output;
        }

        Assert.Equal((null, "\"abc\"", "\"{\\\"a\\\":1}\"", "{\"a\":[1,true]}", "5"), (results["null"], results["text"], results["json"], results["object"], results["number"]));
        Assert.NotEqual("\"2024-01-02T03:04:05+02:00\"", results["date"]);
    }

    [Fact]
    public async Task Activity_Envelope_RepeatsTheInput()
    {
        Handler.OnInvocation("Work", _ => "{}");
        CompleteWithResult();
        await StartAsync();

        Host.StartOrchestration("Flow", "meta", "{ \"a\" : 1, \"b\" : \"x\", \"c\" : [ ] }");
        await Host.ForAsync("meta", OrchestrationStatus.Completed);

        var body = Handler.Envelopes.First(envelope => envelope.Path == "/Work").Body;
        var metadata = body["Metadata"]!;
        Assert.Equal("\"{\\\"a\\\":1,\\\"b\\\":\\\"x\\\",\\\"c\\\":[]}\"", (string?)body["Data"]!["inputTrigger"]);
        Assert.Equal(("\"meta\"", "\"1\"", "\"x\"", 1), ((string?)metadata["instanceId"], (string?)metadata["a"], (string?)metadata["b"], (int)metadata["data"]!["a"]!));
        Assert.Null(metadata["inputTrigger"]);
        Assert.Null(metadata["c"]);
    }

    [Fact]
    public async Task Activity_HttpError_KeepsTheReasonOnly()
    {
        Handler.On("/Work", context =>
        {
            context.Response.StatusCode = 500;
            context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpResponseFeature>()!.ReasonPhrase = "out of paper";
            return context.Response.WriteAsync("the body is lost");
        });
        var failed = await FailureAsync("Work");

        Assert.Equal("Microsoft.Azure.WebJobs.Host.FunctionInvocationException", failed.FailureDetails.ErrorType);
        Assert.Equal("Exception while executing function: Functions.Work", failed.FailureDetails.ErrorMessage);
        Assert.Equal("System.Net.Http.HttpRequestException", failed.FailureDetails.InnerFailure.ErrorType);
        Assert.Equal("Response status code does not indicate success: 500 (out of paper).", failed.FailureDetails.InnerFailure.ErrorMessage);
        Assert.False(failed.FailureDetails.IsNonRetriable);
    }

    [Fact]
    public async Task Activity_ThatIsUnknown_FailsWithoutDetails()
    {
        Assert.Null((await FailureAsync("Nothing")).FailureDetails);
    }

    [Fact]
    public async Task Activity_InputThatIsNoJson_FailsBeforeTheHandler()
    {
        var failed = await FailureAsync("Work", "no json");

        Assert.NotNull(failed.FailureDetails);
        Assert.DoesNotContain(Handler.Envelopes, envelope => envelope.Path == "/Work");
    }

    [Fact]
    public async Task Activity_KilledHandler_IsATaskFailure()
    {
        Handler.On("/Work", context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        Handler.OnTurn("Flow", request => request.PastEvents.Count == 0 ? With(request, Activity(0, "Work")) : With(request, Complete(1, null)));
        await StartAsync(options => options with { Fate = new OnceFate(activity: ActivityFate.KillHandler) { Delay = TimeSpan.FromMilliseconds(200) } });

        Host.StartOrchestration("Flow", "fails");
        await Wait.UntilAsync(() => Host.Hub.Find("fails")!.IsFinished, "the end");
        await Wait.UntilAsync(() => Host.Worker.Starts == 2, "a new handler");

        // Whether the next turn meets the old port or the new handler is a race, as it is for the real host.
        var failed = Host.Hub.Find("fails")!.History.First(item => item.TaskFailed is not null).TaskFailed;
        Assert.Equal("System.Net.Http.HttpRequestException", failed.FailureDetails.InnerFailure.ErrorType);
    }

    [Theory]
    [InlineData(false, OrchestrationStatus.Failed)]
    [InlineData(true, OrchestrationStatus.Completed)]
    public async Task Turn_WhileTheHandlerRestarts_IsRefusedUnlessTheHostWaits(bool waits, OrchestrationStatus status)
    {
        var port = new TaskCompletionSource();
        Handler.OnTurn("Flow", request => With(request, Complete(0, null)));
        await StartAsync(options => options with { WaitsDuringRestarts = waits });
        await Host.Worker.WaitUntilReadyAsync();
        Handler.BeforeLaunch = port.Task;

        Host.Worker.Kill();
        await Wait.UntilAsync(() => Host.Worker.Starts == 2, "the second start");
        Host.StartOrchestration("Flow", "meanwhile");
        if (!waits)
            await Host.ForAsync("meanwhile", status);
        port.SetResult();

        await Host.ForAsync("meanwhile", status);
    }

    [Theory]
    [InlineData(ActivityFate.RunTwice, 2, 2)]
    [InlineData(ActivityFate.DeliverTwice, 1, 2)]
    [InlineData(ActivityFate.RepeatAfterAnswer, 2, 1)]
    public async Task Activity_AtLeastOnce_RunsAndArrivesSoOften(ActivityFate fate, int runs, int completions)
    {
        Handler.OnActivity("Work", _ => 1);
        Handler.OnTurn("Flow", request => request.PastEvents.Count == 0 ? With(request, Activity(0, "Work")) : With(request));
        await StartAsync(options => options with { Fate = new OnceFate(activity: fate) });

        Host.StartOrchestration("Flow", "twice");
        await Wait.UntilAsync(() => Completions("twice") == completions, $"{completions} completions");

        Assert.Equal(runs, Handler.Envelopes.Count(envelope => envelope.Path == "/Work"));
    }

    [Fact]
    public async Task Turn_RepeatedAfterItsAnswer_ComesAgainAndIsCommittedOnce()
    {
        Handler.OnActivity("Work", _ => 1);
        CompleteWithResult();
        await StartAsync(options => options with { Fate = new OnceFate(turn: TurnFate.RepeatAfterAnswer) });

        Host.StartOrchestration("Flow", "again");
        var done = await Host.ForAsync("again", OrchestrationStatus.Completed);

        var turns = Handler.Turns.ToArray();
        Assert.Equal(3, turns.Length);
        Assert.Equal(Kinds(turns[0].NewEvents), Kinds(turns[1].NewEvents));
        Assert.Single(done.History, item => item.TaskScheduled is not null);
        Assert.Single(Handler.Envelopes, envelope => envelope.Path == "/Work");
    }

    [Fact]
    public async Task Messages_ForAnotherExecutionOrAFinishedInstance_AreDropped()
    {
        Handler.OnTurn("Flow", request => request.NewEvents.Any(item => item.EventRaised is not null) ? With(request, Complete(0, null)) : With(request));
        await StartAsync();
        Host.StartOrchestration("Flow", "id");
        await Host.ForAsync("id", OrchestrationStatus.Running);

        Host.Hub.Send(new HubMessage("id", "another", Events.TaskCompleted(DateTimeOffset.UtcNow, 0, "1")));
        Host.RaiseEvent("id", "end");
        var done = await Host.ForAsync("id", OrchestrationStatus.Completed);
        Host.Hub.Send(new HubMessage("id", null, Events.Raised(DateTimeOffset.UtcNow, "late", null)));
        var isTaken = Host.RaiseEvent("id", "late");
        Assert.True(Host.StartOrchestration("Flow", "id"));
        await Wait.UntilAsync(() => Host.Hub.Find("id") is { Status: not OrchestrationStatus.Completed } again && again.ExecutionId != done.ExecutionId, "a new execution");

        Assert.False(isTaken);
        Assert.Equal(0, Completions("id"));
    }

    [Fact]
    public async Task Host_KilledAndStartedAgain_GoesOnFromItsFile()
    {
        var hold = new TaskCompletionSource();
        Handler.On("/Work", async context =>
        {
            await hold.Task.WaitAsync(context.RequestAborted);
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("""{"ReturnValue":5}""");
        });
        CompleteWithResult();
        await StartAsync(options => options with { HubPath = HubPath() });
        Host.StartOrchestration("Flow", "survivor", "1");
        await Host.ForAsync("survivor", OrchestrationStatus.Running);

        await StartAsync(options => options with { HubPath = HubPath() });
        hold.SetResult();

        Assert.Equal("5", (await Host.ForAsync("survivor", OrchestrationStatus.Completed)).Output);
    }

    [Fact]
    public async Task Reordering_MovesCompletionsAndLeavesEventsInPlace()
    {
        var hold = new TaskCompletionSource();
        Handler.OnTurn("Flow", request => With(request));
        var answer = Handler.AnswerOf("/Flow");
        Handler.On("/Flow", async context =>
        {
            await hold.Task;
            await answer(context);
        });
        await StartAsync(options => options with { Fate = new SeededFate(7) { Reorderings = 100 } });
        Host.StartOrchestration("Flow", "mixed");
        await Wait.UntilAsync(() => Host.Hub.Find("mixed") is not null, "the instance");
        var now = DateTimeOffset.UtcNow;
        foreach (var number in Enumerable.Range(0, 20))
            Host.Hub.Send(new HubMessage("mixed", null, number % 5 == 0 ? Events.Raised(now, $"{number}", null) : Events.TaskCompleted(now, number, null)));

        hold.SetResult();
        await Wait.UntilAsync(() => Completions("mixed") == 16, "all completions");

        var history = Host.Hub.Find("mixed")!.History;
        var completions = history.Where(item => item.TaskCompleted is not null).Select(item => item.TaskCompleted.TaskScheduledId).ToList();
        Assert.NotEqual(completions.Order(), completions);
        Assert.Equal(["0", "5", "10", "15"], history.Where(item => item.EventRaised is not null).Select(item => item.EventRaised.Name));
    }

    private void CompleteWithResult() => Handler.OnTurn("Flow", request => request.PastEvents.Count == 0
        ? With(request, Activity(0, "Work", request.NewEvents[1].ExecutionStarted.Input))
        : With(request, Complete(1, request.NewEvents[^1].TaskCompleted.Result)));

    private async Task<TaskFailedEvent> FailureAsync(string activity, string? input = null)
    {
        Handler.OnTurn("Flow", request => request.PastEvents.Count == 0 ? With(request, Activity(0, activity, input)) : With(request, Complete(1, null)));
        await StartAsync();
        Host.StartOrchestration("Flow", "fails");
        await Host.ForAsync("fails", OrchestrationStatus.Completed);
        return Handler.Turns.Last().NewEvents.First(item => item.TaskFailed is not null).TaskFailed;
    }

    private int Completions(string id) => Host.Hub.Find(id)!.History.Count(item => item.TaskCompleted is not null);
}
