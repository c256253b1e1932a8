using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using ControlPlane.Functions.Router;
using ControlPlane.Functions.Tests.Site;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Functions.Tests.Routing;

/// <summary>Many requests at once, while instances come, go, and die.</summary>
public class LoadTests
{
    private const string Tag = "group1";

    [Fact]
    public async Task Run_TwoThousandAtOnceWhileInstancesJoinAndLeave_EachIsAnsweredOnceAndRight()
    {
        const int requests = 2_000;
        await using var host = await TestHost.StartAsync();
        var runs = new ConcurrentDictionary<string, int>();
        await using var staying = await StartEchoAsync(host, runs);
        using var done = new CancellationTokenSource();
        var churn = ChurnAsync(host, runs, done.Token);

        var answers = await Task.WhenAll(Enumerable.Range(0, requests).Select(i => AskAsync(host, i)));
        await done.CancelAsync();
        var left = await churn.SoonAsync("the last instance to leave");

        Assert.All(answers, (answer, i) => Assert.Equal((HttpStatusCode.OK, $"answer {i}"), answer));
        Assert.Equal(requests, runs.Count);
        Assert.All(runs, run => Assert.Equal(1, run.Value));
        Assert.True(left >= 5, $"Only {left} instances came and went meanwhile.");
        Assert.Equal(0, host.Find(staying.Name)!.InFlight);
        Assert.True(host.Queue.IsEmpty);
    }

    [Theory]
    [InlineData(20_260_101)]
    [InlineData(4_711)]
    public async Task Run_AnyMixOfSuccessAbortAndDeath_CountsReturnToZero(int seed)
    {
        await using var host = await TestHost.StartAsync(options => options with { Router = new RouterOptions { QueueDeadline = TimeSpan.FromMilliseconds(300) } });
        var engines = new List<FakeEngine>();
        for (var i = 0; i < 3; i++)
            engines.Add(await StartMoodyAsync(host));
        var random = new Random(seed);
        var plans = Enumerable.Range(0, 400).Select(_ => new Plan(random.Next(4), random.Next(0, 60), random.Next(10) == 0)).ToList();

        await Parallel.ForEachAsync(plans, new ParallelOptions { MaxDegreeOfParallelism = 40 }, async (plan, _) => await AskAsync(host, plan)).SoonAsync("all requests to end");
        await engines[0].DisposeAsync();
        await Parallel.ForEachAsync(plans.Take(40), new ParallelOptions { MaxDegreeOfParallelism = 20 }, async (plan, _) => await AskAsync(host, plan)).SoonAsync("all requests to end");

        foreach (var destination in host.Dispatcher.Table.All)
            await Soon.TrueAsync(() => destination.InFlight == 0, $"no job in flight at {destination.Name} (seed {seed}); it has {destination.InFlight}");
        Assert.True(host.Queue.IsEmpty);
        var metrics = host.Get<RouterMetrics>();

        // Some clients go before they have sent anything.
        Assert.InRange(Enum.GetValues<RunOutcome>().Sum(metrics.Count), plans.Count(plan => !plan.IsLeaving), plans.Count + 40);
        Assert.DoesNotContain(host.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
        foreach (var engine in engines)
            await engine.DisposeAsync();
    }

    private static async Task<(HttpStatusCode, string)> AskAsync(TestHost host, int number)
    {
        using var answer = await host.RunAsync(Tag, sql: number.ToString(CultureInfo.InvariantCulture));
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<FakeEngine> StartEchoAsync(TestHost host, ConcurrentDictionary<string, int> runs)
    {
        var engine = await FakeEngine.StartAsync(host.NewName("b"));
        engine.OnRun = async (context, body) =>
        {
            var number = body.Split('&')[0]["sql=".Length..];
            runs.AddOrUpdate(number, 1, (_, before) => before + 1);
            await Task.Yield();
            await context.Response.WriteAsync($"answer {number}");
        };
        await host.AddAsync(engine, Tag, maxJobs: 16);
        return engine;
    }

    /// <summary>Adds instances and takes them away again: out of the registry first, then, when nothing runs on them any more, for good.</summary>
    private static async Task<int> ChurnAsync(TestHost host, ConcurrentDictionary<string, int> runs, CancellationToken done)
    {
        var left = 0;
        while (!done.IsCancellationRequested || left < 5)
        {
            var pair = (await StartEchoAsync(host, runs), await StartEchoAsync(host, runs));
            foreach (var engine in (FakeEngine[])[pair.Item1, pair.Item2])
            {
                var destination = host.Find(engine.Name)!;
                await host.RemoveAsync(engine.Name);
                await Soon.TrueAsync(() => destination.InFlight == 0, $"the jobs of {engine.Name} to end");
                await engine.DisposeAsync();
                left++;
            }
        }

        return left;
    }

    /// <summary>An engine that does what the request asks for: answer, break off, answer half, or take its time.</summary>
    private static async Task<FakeEngine> StartMoodyAsync(TestHost host)
    {
        var engine = await FakeEngine.StartAsync(host.NewName("b"));
        engine.OnRun = async (context, body) =>
        {
            switch (body.Split('&')[0]["sql=".Length..])
            {
                case "1":
                    context.Abort();
                    return;
                case "2":
                    await context.Response.WriteAsync(new string('x', 100));
                    await context.Response.Body.FlushAsync();
                    context.Abort();
                    return;
                case "3":
                    await Task.Delay(TimeSpan.FromMilliseconds(20), context.RequestAborted);
                    break;
            }

            await context.Response.WriteAsync("done");
        };
        await host.AddAsync(engine, Tag, maxJobs: 4);
        return engine;
    }

    private static async Task AskAsync(TestHost host, Plan plan)
    {
        using var client = new CancellationTokenSource();
        if (plan.IsLeaving)
            client.CancelAfter(plan.LeaveAfterMs);
        try
        {
            using var answer = await host.RunAsync(Tag, sql: plan.Mood.ToString(CultureInfo.InvariantCulture), cancellation: client.Token);
            await answer.Content.ReadAsStringAsync(client.Token);
        }
        catch (Exception expected) when (expected is HttpRequestException or OperationCanceledException)
        {
            // The engine broke off, or this client went.
        }
    }

    private sealed record Plan(int Mood, int LeaveAfterMs, bool IsLeaving);
}
