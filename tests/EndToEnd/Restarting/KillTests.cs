using System.Diagnostics;
using ControlPlane.EndToEnd.Machine;
using ControlPlane.TestKit;

namespace ControlPlane.EndToEnd.Restarting;

public sealed class KillTests(ITestOutputHelper output)
{
    private const string Tag = "g";
    private const int LeastKills = 20;
    private const int MostKills = 60;
    private const int MostInstances = 3;
    private const double LimitSeconds = 90;
    private const int LongestLifeMilliseconds = 1000;

    /// <summary>What kills have to interrupt, each at least twice.</summary>
    private static readonly string[] Phases = ["Starting", "Retiring"];

    private readonly Dictionary<string, int> _hits = Phases.ToDictionary(phase => phase, _ => 0, StringComparer.Ordinal);

    [Fact]
    public async Task Kill_AtRandomPointsOfScaling_GroupConvergesAndNothingIsLeakedOrDoubled()
    {
        var seed = Seed.Take(output);
        var random = new Random(seed);
        await using var site = await Site.ServeAsync("kill");
        using var census = Census.Of(site);
        await using var policy = new Policy(site, Tag, MostInstances, random);

        for (var kill = 1; kill <= LeastKills || (kill <= MostKills && _hits.Values.Any(count => count < 2)); kill++)
        {
            var death = await LiveAndDieAsync(site, policy, random);
            var rows = site.State.Read();
            CountHits(rows);
            await site.StartAsync();

            var wanted = policy.Wanted(rows);
            policy.ReadBack(rows);
            var start = Stopwatch.GetTimestamp();
            var context = $"seed {seed}, kill {kill}: {death}";
            await Convergence.ReachAsync(site, Tag, wanted, context, LimitSeconds);
            output.WriteLine($"{context}: {wanted} instances after {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s");
        }

        output.WriteLine($"Kills while instances were {string.Join(", ", _hits.Select(hit => $"{hit.Key}: {hit.Value}"))}");
        Assert.All(_hits, hit => Assert.True(hit.Value >= 2, $"seed {seed}: only {hit.Value} kills while an instance was {hit.Key}"));
        Assert.Empty(census.Doubled);
        Assert.InRange(census.MostOf(Tag), 1, MostInstances);
        await policy.RemoveMonitorAsync();
        await policy.EndLoadAsync();
        await Convergence.ReachAsync(site, Tag, 0, $"seed {seed}, the monitor was removed");
    }

    /// <summary>
    /// Changes something and kills the control plane in the midst of what follows, now and then also the next one in
    /// the midst of its recovery, and says when.
    /// </summary>
    private static async Task<string> LiveAndDieAsync(Site site, Policy policy, Random random)
    {
        var life = random.Next(LongestLifeMilliseconds);
        var disturbing = policy.DisturbAsync();
        await Task.Delay(life);
        site.Kill();
        try
        {
            await disturbing;
        }
        catch (HttpRequestException)
        {
            // It was not confirmed.
        }

        var death = $"{life} ms after \"{policy.Last}\"";
        if (random.Next(3) > 0)
            return death;
        var next = site.Run();
        life = random.Next(LongestLifeMilliseconds);
        await Task.Delay(life);
        next.Kill();
        return $"{death}, and again {life} ms after the next start";
    }

    private void CountHits(Rows rows)
    {
        foreach (var phase in rows.Instances.Select(instance => instance.Phase).Intersect(Phases))
            _hits[phase]++;
    }
}
