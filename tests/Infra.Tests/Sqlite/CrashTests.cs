using System.Collections.Concurrent;
using ControlPlane.Durable.Client;
using ControlPlane.Durable.Model;
using ControlPlane.Durable.Protocol;

namespace ControlPlane.Infra.Tests.Sqlite;

public sealed class CrashTests
{
    private const int Orders = 12;
    private const int Crashes = 5;

    private readonly ConcurrentDictionary<string, int> _ends = new();
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, int>> _keysOfStep = new();

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 24)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Run_EngineKilledAtRandomPoints_EveryOrchestrationEndsExactlyOnce(int seed)
    {
        var random = new Random(seed);
        using var engine = new RunningEngine(Registry());
        await engine.Engine.StopAsync(RunningEngine.Deadline);
        for (var order = 0; order < Orders; order++)
            await engine.Client.StartAsync("Order", order, $"order-{order}");

        var deaths = 0;
        for (var crash = 0; crash < Crashes; crash++)
        {
            DyingStore? store = null;
            await engine.CrashAsync(inner => store = new DyingStore(inner, new Random(random.Next()), random.Next(1, 120), _ends));
            await Task.WhenAny(store!.Dead, AllEndedAsync(engine));
            deaths += store.Dead.IsCompleted ? 1 : 0;
        }

        await engine.CrashAsync(inner => new DyingStore(inner, new Random(random.Next()), int.MaxValue, _ends));
        await AllEndedAsync(engine);

        Assert.True(deaths > 0, $"Seed {seed}: no engine died before all was done.");
        for (var order = 0; order < Orders; order++)
            await AssertEndedAsync(engine, order, seed);
        Assert.All(_ends, end => Assert.True(end.Value == 1, $"Seed {seed}: {end.Key} ended {end.Value} times."));
        Assert.All(_keysOfStep, step => Assert.True(step.Value.Count == 1, $"Seed {seed}: step {step.Key} ran under {step.Value.Count} keys."));
        Assert.Empty(await engine.Store.OpenActivitiesAsync(10));
        Assert.Empty(await engine.Store.ReadyInstancesAsync(10));
        Assert.Null((await engine.Store.FireTimersAsync(DateTimeOffset.MaxValue, 10)).NextDue);
    }

    private static async Task AllEndedAsync(RunningEngine engine)
    {
        for (var order = 0; order < Orders; order++)
            await engine.Client.WaitForCompletionAsync($"order-{order}", RunningEngine.Deadline);
    }

    private async Task AssertEndedAsync(RunningEngine engine, int order, int seed)
    {
        var instance = await engine.Client.GetAsync($"order-{order}");
        Assert.True(instance?.Status == OrchestrationStatus.Completed, $"Seed {seed}: order {order} is {instance?.Status}, {instance?.Failure}.");
        Assert.Equal($"\"{order}: 0,1,4 packed payed shipped\"", instance!.Output);
        Assert.Equal(1, _ends[$"order-{order}"]);
    }

    // Every kind of message crosses every kind of commit: activities at once and in a row, a retried failure, a child,
    // a timer, an event to and fro, and two generations.
    private OrchestrationRegistry Registry() => new OrchestrationRegistry()
        .AddActivity<string, int>("Square", (context, step, _) => Done(context, step, () => (step[^1] - '0') * (step[^1] - '0')))
        .AddActivity<string, string>("Pack", (context, step, _) => Done(context, step, () => "packed"))
        .AddActivity<string, string>("Pay", (context, step, _) => Done(
            context, $"{step}/{context.TaskId}", () => context.TaskId < 4 ? throw new InvalidOperationException("no money yet") : "payed"))
        .AddOrchestrator<string, string>("Ship", async (context, step) =>
        {
            context.SendEvent(context.ParentInstanceId!, "leaving");
            await context.WaitForEvent<object?>("leave");
            return await context.CallActivity<string>("Pack", step) == "packed" ? "shipped" : "lost";
        })
        .AddOrchestrator<int, string>("Order", async (context, order) =>
        {
            if (order < 0)
                return await FinishAsync(context, ~order);
            await context.CallActivity<string>("Pack", $"{context.InstanceId}/first");
            context.ContinueAsNew(~order);
            return "";
        });

    private static async Task<string> FinishAsync(OrchestrationContext context, int order)
    {
        var id = context.InstanceId;
        var squares = await Task.WhenAll(Enumerable.Range(0, 3).Select(number => context.CallActivity<int>("Square", $"{id}/square/{number}")));
        var payed = await context.CallActivity<string>("Pay", $"{id}/pay", new(3, TimeSpan.FromMilliseconds(1)));
        await context.CreateTimer(TimeSpan.FromMilliseconds(5));
        var shipping = context.CallSubOrchestration<string>("Ship", $"{id}/ship", instanceId: $"{id}-ship");
        await context.WaitForEvent<object?>("leaving");
        context.SendEvent($"{id}-ship", "leave");
        var packed = await context.CallActivity<string>("Pack", $"{id}/pack");
        return $"{order}: {string.Join(',', squares)} {packed} {payed} {await shipping}";
    }

    private async Task<T> Done<T>(ActivityContext context, string step, Func<T> work)
    {
        _keysOfStep.GetOrAdd(step, _ => new()).AddOrUpdate(context.Key, 1, (_, count) => count + 1);
        await Task.Yield();
        return work();
    }
}
