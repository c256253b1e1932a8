using System.Collections.Concurrent;
using System.Globalization;
using ControlPlane.Core.Groups;
using ControlPlane.Functions.Tests.Site;
using Microsoft.AspNetCore.Http;
using Xunit.Abstractions;

namespace ControlPlane.Functions.Tests.Holding;

/// <summary>Clients read and write all the time while a group switches to and fro.</summary>
public sealed class FlipUnderLoadTests(ITestOutputHelper output)
{
    private const int Clients = 12;
    private const int Rounds = 40;

    private readonly int _seed = Environment.TickCount;
    private readonly ConcurrentDictionary<int, string> _ran = new();
    private readonly ConcurrentQueue<string> _faults = new();
    private volatile string _serving = "";
    private int _ids;

    [Fact]
    public async Task Run_GateOpensAndClosesAtRandom_EachIsAnsweredOnceByTheSideThatServesThen()
    {
        output.WriteLine($"seed {_seed}");
        await using var host = await UntendedHost.StartAsync();
        await using var site = await TwoSides.StartAsync(host, maxJobs: 4);
        _serving = site.Blue.Name;
        site.Blue.OnRun = (context, body) => AnswerAsync(site.Blue, context, body);
        site.Green.OnRun = (context, body) => AnswerAsync(site.Green, context, body);
        using var done = new CancellationTokenSource();
        var answered = new ConcurrentDictionary<int, string>();
        var clients = Enumerable.Range(0, Clients).Select(client => ClientAsync(site, new Random(_seed + client), answered, done.Token)).ToList();

        var random = new Random(_seed - 1);
        for (var round = 0; round < Rounds; round++)
            await SwitchAsync(site, random, answered);
        await done.CancelAsync();
        await Task.WhenAll(clients).SoonAsync("the clients to end");

        Assert.Empty(_faults);
        Assert.All(answered, pair => Assert.Equal(_ran[pair.Key], pair.Value));
        Assert.True(answered.Count > Rounds, $"Only {answered.Count} requests were answered.");
        Assert.Equal((0, 0L), (site.Held.Now, site.Held.Refused));
        Assert.True(host.Queue.IsEmpty);
        Assert.Equal(0, host.Find(site.Blue.Name)!.InFlight + host.Find(site.Green.Name)!.InFlight);
        output.WriteLine($"{answered.Count} answered, {site.Blue.Runs.Count} by blue, {site.Green.Runs.Count} by green");
    }

    private async Task SwitchAsync(TwoSides site, Random random, ConcurrentDictionary<int, string> answered)
    {
        var enough = answered.Count + random.Next(20);
        await Soon.TrueAsync(() => answered.Count > enough || !_faults.IsEmpty, "requests to be answered between two switches");
        await site.GateAsync(random.Next(2) == 0 ? Gate.Closed : Gate.WritesHeld);
        await Soon.TrueAsync(async () => (await site.InFlight.CountAsync(site.Tag, default)).Writes == 0, "the writes to end");
        if (random.Next(4) == 0)
        {
            await site.GateAsync(Gate.Open);
            return;
        }

        var isBlue = _serving == site.Blue.Name;
        _serving = "nobody";
        await site.ChangeAsync(group => group.Flip(group.Epoch + 2));
        _serving = isBlue ? site.Green.Name : site.Blue.Name;
        await site.GateAsync(Gate.Open);
    }

    private async Task AnswerAsync(FakeEngine engine, HttpContext context, string body)
    {
        var sql = body.Split('&')[0]["sql=".Length..];
        var id = int.Parse(sql.Split('+')[1], CultureInfo.InvariantCulture);
        if (!_ran.TryAdd(id, engine.Name))
            _faults.Enqueue($"{id} ran twice.");
        if (sql.StartsWith("write", StringComparison.Ordinal) && _serving != engine.Name)
            _faults.Enqueue($"{id} was written to {engine.Name} while {_serving} served.");
        await Task.Yield();
        if (sql.StartsWith("write", StringComparison.Ordinal) && _serving != engine.Name)
            _faults.Enqueue($"{id} was still running at {engine.Name} when {_serving} served.");
        await context.Response.WriteAsync(engine.Name);
    }

    private async Task ClientAsync(TwoSides site, Random random, ConcurrentDictionary<int, string> answered, CancellationToken done)
    {
        while (!done.IsCancellationRequested)
        {
            var id = Interlocked.Increment(ref _ids);
            using var impatient = new CancellationTokenSource();
            if (random.Next(20) == 0)
                impatient.CancelAfter(random.Next(1, 10));
            try
            {
                answered[id] = await site.RunAsync($"{(random.Next(3) == 0 ? "select" : "write")} {id}", impatient.Token);
            }
            catch (OperationCanceledException) when (impatient.IsCancellationRequested)
            {
                // Gone before the answer: it may have run, once.
            }
            catch (Exception failure)
            {
                _faults.Enqueue($"{id} failed: {failure.Message}");
            }
        }
    }
}
