using System.Globalization;
using ControlPlane.Durable.Client;
using ControlPlane.Durable.Model;
using ControlPlane.Durable.Protocol;
using ControlPlane.TestKit;

namespace ControlPlane.Infra.Tests.Sqlite;

public sealed class EmbeddedEngineTests
{
    private static readonly OrchestrationStatus Completed = OrchestrationStatus.Completed;

    [Fact]
    public async Task Run_FanOutAndFanIn_Completes()
    {
        using var engine = new RunningEngine(new OrchestrationRegistry()
            .AddActivity<int, int>("Square", (_, number, _) => Task.FromResult(number * number))
            .AddOrchestrator<int, int>("Sum", async (context, count) =>
                (await Task.WhenAll(Enumerable.Range(0, count).Select(number => context.CallActivity<int>("Square", number)))).Sum()));

        var instance = await engine.RunAsync("Sum", 10, "a");

        Assert.Equal((Completed, "285"), (instance.Status, instance.Output));
    }

    [Fact]
    public async Task Run_ActivityResultOfEachKind_ComesBackAsItIs()
    {
        using var engine = new RunningEngine(new OrchestrationRegistry()
            .AddActivity<string, string>("Echo", (_, text, _) => Task.FromResult(text))
            .AddActivity<object?>("Nothing", (_, _, _) => Task.CompletedTask)
            .AddOrchestrator<string, string>("Echo", async (context, text) =>
                await context.CallActivity<string>("Echo", text) + await context.CallActivity<string?>("Nothing")));

        Assert.Equal("\"5\"", (await engine.RunAsync("Echo", "5", "number")).Output);
        Assert.Equal("\"null\"", (await engine.RunAsync("Echo", "null", "null")).Output);
        Assert.Equal("\"\\u0022\"", (await engine.RunAsync("Echo", "\"", "quote")).Output);
    }

    [Fact]
    public async Task Run_FailingActivity_IsRetriedAndThenFailsTheInstance()
    {
        var attempts = 0;
        using var engine = new RunningEngine(new OrchestrationRegistry()
            .AddActivity<object?>("Break", (_, _, _) =>
            {
                Interlocked.Increment(ref attempts);
                throw new InvalidOperationException("broken");
            })
            .AddOrchestrator<object?>("Try", (context, _) => context.CallActivity("Break", retry: new(3, TimeSpan.FromMilliseconds(1)))));

        var instance = await engine.RunAsync("Try", null, "a");

        Assert.Equal(3, attempts);
        Assert.Equal(OrchestrationStatus.Failed, instance.Status);
        Assert.Equal("Task 'Break' (#4) failed with an unhandled exception: broken", instance.Failure?.Message);
        Assert.Equal(typeof(InvalidOperationException).FullName, instance.Failure?.Inner?.Type);
    }

    [Fact]
    public async Task Run_NonRetriableActivity_IsTriedOnce()
    {
        var attempts = 0;
        using var engine = new RunningEngine(new OrchestrationRegistry()
            .AddActivity<object?>("Break", (_, _, _) =>
            {
                Interlocked.Increment(ref attempts);
                throw new NonRetriableException("never");
            })
            .AddOrchestrator<object?>("Try", (context, _) => context.CallActivity("Break", retry: new(3, TimeSpan.FromMilliseconds(1)))));

        await engine.RunAsync("Try", null, "a");

        Assert.Equal(1, attempts);
    }

    [Fact]
    public async Task Run_UnknownNames_FailClearly()
    {
        using var engine = new RunningEngine(new OrchestrationRegistry()
            .AddOrchestrator<object?>("Try", (context, _) => context.CallActivity("Missing")));

        Assert.Equal("There is no orchestrator named 'Nobody'.", (await engine.RunAsync("Nobody", null, "a")).Failure?.Message);
        Assert.Equal("There is no activity named 'Missing'.", (await engine.RunAsync("Try", null, "b")).Failure?.Inner?.Message);
    }

    [Fact]
    public async Task Run_SubOrchestrations_ReturnFailAndTerminate()
    {
        using var engine = new RunningEngine(new OrchestrationRegistry()
            .AddOrchestrator<string, string>("Child", async (context, what) => what switch
            {
                "fail" => throw new InvalidOperationException("child broke"),
                "wait" => await context.WaitForEvent<string>("never"),
                _ => $"{what} for {context.ParentInstanceId}",
            })
            .AddOrchestrator<string, string>("Parent", async (context, what) =>
            {
                try
                {
                    return await context.CallSubOrchestration<string>("Child", what, instanceId: "child-" + what);
                }
                catch (TaskFailedException failed)
                {
                    return failed.Failure.Message;
                }
            }));

        Assert.Equal("\"done for a\"", (await engine.RunAsync("Parent", "done", "a")).Output);
        Assert.Equal("\"child broke\"", (await engine.RunAsync("Parent", "fail", "b")).Output);

        await engine.Client.StartAsync("Parent", "wait", "c");
        await EventuallyAsync(async () => await engine.Client.TerminateAsync("child-wait") == SignalOutcome.Accepted, "the child to run");
        Assert.Equal("\"no details were given\"", (await engine.Client.WaitForCompletionAsync("c", RunningEngine.Deadline)).Output);
    }

    [Fact]
    public async Task Run_SubOrchestrationIdInUse_FailsTheCall()
    {
        using var engine = new RunningEngine(new OrchestrationRegistry()
            .AddOrchestrator<object?>("Wait", (context, _) => context.WaitForEvent<int>("go"))
            .AddOrchestrator<object?>("Parent", (context, _) => context.CallSubOrchestration("Wait", instanceId: "taken")));
        await engine.Client.StartAsync("Wait", null, "taken");

        var instance = await engine.RunAsync("Parent", null, "a");

        Assert.Equal("An orchestration with the id 'taken' is running already.", instance.Failure?.Inner?.Message);
    }

    [Fact]
    public async Task Run_Events_ReachTheirInstanceAndOthers()
    {
        using var engine = new RunningEngine(new OrchestrationRegistry()
            .AddOrchestrator<object?, string>("Pong", async (context, _) =>
            {
                var from = await context.WaitForEvent<string>("ping");
                context.SendEvent(from, "pong", context.InstanceId);
                return from;
            })
            .AddOrchestrator<object?, string>("Ping", async (context, _) =>
            {
                context.SendEvent("b", "PING", context.InstanceId);
                return await context.WaitForEvent<string>("pong");
            }));

        await engine.Client.StartAsync("Pong", null, "b");
        var instance = await engine.RunAsync("Ping", null, "a");

        Assert.Equal("\"b\"", instance.Output);
    }

    [Fact]
    public async Task Run_ContinueAsNew_KeepsEventsAndStartsAgain()
    {
        using var engine = new RunningEngine(new OrchestrationRegistry()
            .AddOrchestrator<int[], int[]>("Collect", async (context, seen) =>
            {
                int[] now = [.. seen, await context.WaitForEvent<int>("number")];
                if (now.Length < 50)
                    context.ContinueAsNew(now);
                return now;
            }));
        await engine.Client.StartAsync("Collect", Array.Empty<int>(), "a");

        await Task.WhenAll(Enumerable.Range(0, 50).Select(number => engine.Client.RaiseEventAsync("a", "number", number)));
        var instance = await engine.Client.WaitForCompletionAsync("a", RunningEngine.Deadline);

        var collected = System.Text.Json.JsonSerializer.Deserialize<int[]>(instance.Output!)!;
        Assert.Equal(Enumerable.Range(0, 50), collected.Order());
    }

    [Fact]
    public async Task Run_Timer_FiresWhenTheClockSaysSo()
    {
        var time = new FakeTimeProvider();
        using var engine = new RunningEngine(
            new OrchestrationRegistry().AddOrchestrator<object?, double>("Sleep", async (context, _) =>
            {
                var before = context.Now;
                await context.CreateTimer(TimeSpan.FromSeconds(90));
                return (context.Now - before).TotalSeconds;
            }),
            new() { Retention = null },
            time);
        await engine.Client.StartAsync("Sleep", null, "a");

        // The engine looks at the clock once a minute at the latest.
        await AsleepAsync();
        time.Advance(TimeSpan.FromSeconds(60));
        await AsleepAsync();
        time.Advance(TimeSpan.FromSeconds(29.999));
        Assert.Equal(OrchestrationStatus.Running, (await engine.Client.GetAsync("a"))?.Status);
        Assert.Equal(1, time.ArmedTimers);
        time.Advance(TimeSpan.FromSeconds(0.002));

        var slept = (await engine.Client.WaitForCompletionAsync("a", RunningEngine.Deadline)).Output;
        Assert.InRange(double.Parse(slept!, CultureInfo.InvariantCulture), 90, 90.001);

        Task AsleepAsync() => EventuallyAsync(() => Task.FromResult(time.ArmedTimers == 1), "the engine to sleep until the timer is due");
    }

    [Fact]
    public async Task Run_DeadlineOfAnEvent_EndsTheWait()
    {
        using var engine = new RunningEngine(new OrchestrationRegistry()
            .AddOrchestrator<object?, bool>("Wait", async (context, _) =>
                (await context.WaitForEvent<int>("go", TimeSpan.FromMilliseconds(20))).Received));

        Assert.Equal("false", (await engine.RunAsync("Wait", null, "a")).Output);
    }

    [Fact]
    public async Task Start_RunningIdIsRefused_FinishedIdIsReplaced()
    {
        using var engine = new RunningEngine(new OrchestrationRegistry()
            .AddOrchestrator<int, int>("Wait", async (context, input) => input + await context.WaitForEvent<int>("go")));

        Assert.Equal(StartOutcome.Started, await engine.Client.StartAsync("Wait", 1, "a"));
        Assert.Equal(StartOutcome.AlreadyRunning, await engine.Client.StartAsync("Wait", 2, "a"));
        await engine.Client.RaiseEventAsync("a", "go", 10);
        Assert.Equal("11", (await engine.Client.WaitForCompletionAsync("a", RunningEngine.Deadline)).Output);
        Assert.Equal(StartOutcome.Started, await engine.Client.StartAsync("Wait", 3, "a"));
        await engine.Client.RaiseEventAsync("a", "go", 10);
        Assert.Equal("13", (await engine.Client.WaitForCompletionAsync("a", RunningEngine.Deadline)).Output);
    }

    [Theory]
    [InlineData("")]
    [InlineData("@entity")]
    [InlineData("a/b")]
    [InlineData("a#b")]
    [InlineData("a?b")]
    [InlineData(@"a\b")]
    [InlineData("a\nb")]
    public async Task Start_IdThatIsNotAllowed_Throws(string id)
    {
        using var engine = new RunningEngine(new());

        await Assert.ThrowsAsync<ArgumentException>(() => engine.Client.StartAsync("Any", null, id));
    }

    [Fact]
    public async Task Suspend_WhileAnActivityRuns_ItsResultWaitsForResume()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var engine = new RunningEngine(new OrchestrationRegistry()
            .AddActivity<object?>("Work", (_, _, _) => release.Task)
            .AddOrchestrator<object?, string>("Two", async (context, _) =>
            {
                await context.CallActivity("Work");
                await context.CallActivity("Work");
                return "both";
            }));
        await engine.Client.StartAsync("Two", null, "a");
        await StatusAsync(engine, "a", OrchestrationStatus.Running);

        await engine.Client.SuspendAsync("a", "hold on");
        await StatusAsync(engine, "a", OrchestrationStatus.Suspended);
        release.SetResult();
        await EventuallyAsync(async () => (await engine.Store.OpenActivitiesAsync(10)).Count == 0, "the activity to end");
        await EventuallyAsync(async () => (await engine.Store.ReadyInstancesAsync(10)).Count == 0, "its result to be taken");
        Assert.Equal(OrchestrationStatus.Suspended, (await engine.Client.GetAsync("a"))?.Status);

        await engine.Client.ResumeAsync("a");
        Assert.Equal("\"both\"", (await engine.Client.WaitForCompletionAsync("a", RunningEngine.Deadline)).Output);
    }

    [Fact]
    public async Task Terminate_Waiting_EndsWithTheReason()
    {
        using var engine = new RunningEngine(new OrchestrationRegistry()
            .AddOrchestrator<object?>("Wait", (context, _) => context.WaitForEvent<int>("go")));
        await engine.Client.StartAsync("Wait", null, "a");

        Assert.Equal(SignalOutcome.Accepted, await engine.Client.TerminateAsync("a", "enough"));
        var instance = await engine.Client.WaitForCompletionAsync("a", RunningEngine.Deadline);

        Assert.Equal((OrchestrationStatus.Terminated, "\"enough\""), (instance.Status, instance.Output));
        Assert.Equal(SignalOutcome.Finished, await engine.Client.TerminateAsync("a"));
        Assert.Equal(SignalOutcome.NotFound, await engine.Client.RaiseEventAsync("b", "go"));
    }

    [Fact]
    public async Task Terminate_TogetherWithTheStart_StartsNothing()
    {
        var ran = false;
        var registry = new OrchestrationRegistry()
            .AddActivity<object?>("Work", (_, _, _) => Task.FromResult(ran = true))
            .AddOrchestrator<object?>("Call", (context, _) => context.CallActivity("Work"));
        using var engine = new RunningEngine(registry);
        await engine.Engine.StopAsync(RunningEngine.Deadline);
        await engine.Client.StartAsync("Call", null, "a");
        await engine.Client.TerminateAsync("a");

        await engine.CrashAsync();
        var instance = await engine.Client.WaitForCompletionAsync("a", RunningEngine.Deadline);

        Assert.Equal(OrchestrationStatus.Terminated, instance.Status);
        Assert.False(ran);
        Assert.Empty(await engine.Store.OpenActivitiesAsync(10));
    }

    [Fact]
    public async Task Activity_OutlivesTheEngine_IsDeliveredAgainWithTheSameKey()
    {
        var keys = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var engine = new RunningEngine(new OrchestrationRegistry()
            .AddActivity<object?>("Work", async (context, _, cancellation) =>
            {
                keys.Enqueue(context.Key);
                if (keys.Count == 1)
                {
                    first.SetResult();
                    await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
                }
            })
            .AddOrchestrator<object?>("Call", (context, _) => context.CallActivity("Work")));
        await engine.Client.StartAsync("Call", null, "a");
        await first.Task.WaitAsync(RunningEngine.Deadline);

        await engine.CrashAsync();
        var instance = await engine.Client.WaitForCompletionAsync("a", RunningEngine.Deadline);

        Assert.Equal(Completed, instance.Status);
        Assert.Equal(2, keys.Count);
        Assert.Single(keys.Distinct());
    }

    [Fact]
    public async Task StopAsync_WithinTheDeadline_LetsActivitiesFinish()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var engine = new RunningEngine(new OrchestrationRegistry()
            .AddActivity<object?>("Work", (_, _, _) =>
            {
                begun.SetResult();
                return release.Task;
            })
            .AddOrchestrator<object?>("Call", (context, _) => context.CallActivity("Work")));
        await engine.Client.StartAsync("Call", null, "a");
        await begun.Task.WaitAsync(RunningEngine.Deadline);

        var stopping = engine.Engine.StopAsync(RunningEngine.Deadline);
        release.SetResult();

        Assert.True(await stopping);
        Assert.Empty(await engine.Store.OpenActivitiesAsync(10));
    }

    [Fact]
    public async Task Activities_MoreThanAllowed_WaitTheirTurn()
    {
        const int most = 3;
        var running = 0;
        var highest = 0;
        using var engine = new RunningEngine(
            new OrchestrationRegistry()
                .AddActivity<object?>("Work", async (_, _, _) =>
                {
                    var now = Interlocked.Increment(ref running);
                    InterlockedMax(ref highest, now);
                    await Task.Yield();
                    Interlocked.Decrement(ref running);
                })
                .AddOrchestrator<int>("Many", (context, count) =>
                    Task.WhenAll(Enumerable.Range(0, count).Select(_ => context.CallActivity("Work")))),
            new() { MaxConcurrentActivities = most });

        var instance = await engine.RunAsync("Many", 1_000, "a");

        Assert.Equal(Completed, instance.Status);
        Assert.InRange(highest, 1, most);
    }

    [Fact]
    public async Task Run_MoreMessagesThanOneTurnTakes_TakesAll()
    {
        using var engine = new RunningEngine(
            new OrchestrationRegistry().AddOrchestrator<int, int>("Count", async (context, count) =>
            {
                for (var number = 0; number < count; number++)
                    await context.WaitForEvent<int>("go");
                return count;
            }),
            new() { MaxMessagesPerTurn = 2 });
        await engine.Engine.StopAsync(RunningEngine.Deadline);
        await engine.Client.StartAsync("Count", 25, "a");
        for (var number = 0; number < 25; number++)
            await engine.Client.RaiseEventAsync("a", "go", number);

        await engine.CrashAsync();

        Assert.Equal("25", (await engine.Client.WaitForCompletionAsync("a", RunningEngine.Deadline)).Output);
    }

    [Fact]
    public async Task Purge_AfterRetention_ForgetsWhatFinished()
    {
        var time = new FakeTimeProvider();
        using var engine = new RunningEngine(
            new OrchestrationRegistry()
                .AddOrchestrator<object?, int>("Quick", (_, _) => Task.FromResult(1))
                .AddOrchestrator<object?>("Wait", (context, _) => context.WaitForEvent<int>("go")),
            new() { Retention = TimeSpan.FromDays(1) },
            time);
        await engine.RunAsync("Quick", null, "done");
        await engine.Client.StartAsync("Wait", null, "waits");

        Assert.Equal(0, await engine.Engine.PurgeAsync());
        await EventuallyAsync(
            async () =>
            {
                time.Advance(TimeSpan.FromHours(1));
                return await engine.Client.GetAsync("done") is null;
            },
            "the finished instance to be forgotten");

        Assert.NotNull(await engine.Client.GetAsync("waits"));
        Assert.Equal(PurgeOutcome.Running, await engine.Client.PurgeAsync("waits"));
    }

    private static Task StatusAsync(RunningEngine engine, string id, OrchestrationStatus status) =>
        EventuallyAsync(async () => (await engine.Client.GetAsync(id))?.Status == status, $"'{id}' to be {status}");

    private static async Task EventuallyAsync(Func<Task<bool>> holds, string what)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            if (TimeProvider.System.GetElapsedTime(deadline) > RunningEngine.Deadline)
                throw new TimeoutException($"Waited in vain for {what}.");
            await Task.Yield();
        }
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
        {
            if (Interlocked.CompareExchange(ref target, value, seen) == seen)
                return;
        }
    }
}
