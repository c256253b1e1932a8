using System.Collections.Concurrent;
using ControlPlane.Durable.Client;
using ControlPlane.Durable.Model;
using ControlPlane.Durable.Protocol;

namespace ControlPlane.Infra.Tests.Sqlite;

/// <summary>Activities: what they return, how they fail, and when they run.</summary>
public sealed class EngineActivityTests
{
    [Fact]
    public async Task Run_FanOutAndFanIn_Completes()
    {
        using var engine = new RunningEngine(new OrchestrationRegistry()
            .AddActivity<int, int>("Square", (_, number, _) => Task.FromResult(number * number))
            .AddOrchestrator<int, int>("Sum", async (context, count) =>
                (await Task.WhenAll(Enumerable.Range(0, count).Select(number => context.CallActivity<int>("Square", number)))).Sum()));

        var instance = await engine.RunAsync("Sum", 10, "a");

        Assert.Equal((OrchestrationStatus.Completed, "285"), (instance.Status, instance.Output));
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

        Assert.Equal(OrchestrationStatus.Completed, instance.Status);
        Assert.InRange(highest, 1, most);
    }

    [Fact]
    public async Task Activity_OutlivesTheEngine_IsDeliveredAgainWithTheSameKey()
    {
        var keys = new ConcurrentQueue<string>();
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

        Assert.Equal(OrchestrationStatus.Completed, instance.Status);
        Assert.Equal(2, keys.Count);
        Assert.Single(keys.Distinct());
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
