using System.Text.Json;
using ControlPlane.Durable.Client;
using ControlPlane.Durable.Model;

namespace ControlPlane.Infra.Tests.Sqlite;

/// <summary>What orchestrations send to each other and to themselves.</summary>
public sealed class EngineMessageTests
{
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
        await Eventually.TrueAsync(async () => await engine.Client.TerminateAsync("child-wait") == SignalOutcome.Accepted, "the child to run");
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

        var collected = JsonSerializer.Deserialize<int[]>(instance.Output!)!;
        Assert.Equal(Enumerable.Range(0, 50), collected.Order());
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
}
