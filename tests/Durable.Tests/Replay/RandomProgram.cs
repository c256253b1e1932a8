using System.Globalization;
using ControlPlane.Durable.Model;

namespace ControlPlane.Durable.Tests.Replay;

/// <summary>An orchestrator made up from a seed: it writes down all that it sees, so any difference between two runs shows in its output.</summary>
internal static class RandomProgram
{
    public const int Generations = 3;

    public static readonly string[] Events = ["red", "Green", "blue"];

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static OrchestrationRegistry Registry(int seed) => new OrchestrationRegistry()
        .AddOrchestrator<Memory, Memory>("Sample", (context, memory) => RunAsync(context, memory, seed));

    private static async Task<Memory> RunAsync(OrchestrationContext context, Memory memory, int seed)
    {
        // The same numbers on every replay of a generation: what is random is the program, not its run.
        var random = new Random(seed * 31 + memory.Generation);
        var seen = new List<string>(memory.Seen) { context.NewGuid().ToString("N"), context.Now.ToString("O", CultureInfo.InvariantCulture) };
        for (var steps = random.Next(1, 6); steps > 0; steps--)
            seen.Add(await StepAsync(context, random, depth: 0));
        var now = new Memory(memory.Generation + 1, [.. seen]);
        if (now.Generation < Generations && random.Next(2) == 0)
            context.ContinueAsNew(now, keepEvents: random.Next(4) > 0);
        return now;
    }

    private static Task<string> StepAsync(OrchestrationContext context, Random random, int depth) => random.Next(depth < 2 ? 10 : 7) switch
    {
        0 => CaughtAsync(() => context.CallActivity<string>(Name(random), random.Next())),
        1 => CaughtAsync(() => context.CallActivity<string>(Name(random), retry: new(random.Next(1, 4), Second, 2))),
        2 => CaughtAsync(() => context.CallSubOrchestration<string>("Child", random.Next())),
        3 => SleepAsync(context, random),
        4 => WaitAsync(context, random),
        5 => Task.FromResult(Tell(context, random)),
        6 => RaceAsync(context, random),
        7 => AnyAsync(context, random, depth),
        _ => AllAsync(context, random, depth),
    };

    // Calls whose name ends in "-bad" are failed by the backend of the test.
    private static string Name(Random random) => random.Next(4) == 0 ? "Buy-bad" : "Buy";

    private static async Task<string> CaughtAsync(Func<Task<string>> call)
    {
        try
        {
            return await call();
        }
        catch (TaskFailedException failed)
        {
            return $"{failed.TaskName} #{failed.TaskId} {failed.Failure.Message}";
        }
    }

    private static async Task<string> SleepAsync(OrchestrationContext context, Random random)
    {
        await context.CreateTimer(random.Next(3) == 0 ? TimeSpan.FromDays(random.Next(8)) : Second * random.Next(10));
        return context.Now.ToString("O", CultureInfo.InvariantCulture);
    }

    private static async Task<string> WaitAsync(OrchestrationContext context, Random random)
    {
        var name = Events[random.Next(Events.Length)];
        if (random.Next(2) == 0)
            return await context.WaitForEvent<string>(name);
        var wait = await context.WaitForEvent<string>(name, Second * random.Next(10));
        return $"{wait.Received} {wait.Value}";
    }

    private static string Tell(OrchestrationContext context, Random random)
    {
        context.SetCustomStatus(random.Next(100));
        context.SendEvent(context.InstanceId, Events[random.Next(Events.Length)], random.Next(100).ToString(CultureInfo.InvariantCulture));
        return context.NewGuid().ToString("N");
    }

    private static async Task<string> RaceAsync(OrchestrationContext context, Random random)
    {
        using var giveUp = new CancellationTokenSource();
        var call = CaughtAsync(() => context.CallActivity<string>(Name(random)));
        var timer = context.CreateTimer(Second, giveUp.Token);
        var first = await Task.WhenAny(call, timer);
        giveUp.Cancel();
        return first == call ? await call : "too slow";
    }

    private static async Task<string> AnyAsync(OrchestrationContext context, Random random, int depth)
    {
        var branches = Enumerable.Range(0, random.Next(2, 4)).Select(_ => StepAsync(context, random, depth + 1)).ToList();
        var first = await Task.WhenAny(branches);
        return branches.IndexOf(first) + await first;
    }

    private static async Task<string> AllAsync(OrchestrationContext context, Random random, int depth) =>
        string.Join('|', await Task.WhenAll(Enumerable.Range(0, random.Next(2, 5)).Select(_ => StepAsync(context, random, depth + 1))));

    /// <summary>What goes from one generation to the next.</summary>
    internal sealed record Memory(int Generation, string[] Seen);
}
