using System.Diagnostics;
using ControlPlane.EndToEnd.Machine;
using ControlPlane.TestKit;

namespace ControlPlane.EndToEnd.Scaling;

public sealed class SoakTests(ITestOutputHelper output)
{
    private const int Groups = 4;
    private const int MostInstances = 2;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Monitors_ComeChangeAndGoInParallel_NothingIsLeakedOrDoubled()
    {
        var seed = Seed.Take(output);
        await using var site = await Site.ServeAsync("soak");
        using var census = Census.Of(site);

        var tags = Enumerable.Range(1, Groups).Select(number => $"soak{number}").ToList();
        var left = await Task.WhenAll(tags.Select((tag, index) => Task.Run(() => LiveAsync(site, tag, new Random(seed + index)))));

        var wanted = left.OfType<MonitorSpec>().ToDictionary(monitor => monitor.Tag, monitor => monitor.MinInstances);
        await Convergence.ReachAsync(site, wanted, $"seed {seed}");
        Assert.Empty(census.Doubled);
        Assert.All(tags, tag => Assert.InRange(census.MostOf(tag), 1, MostInstances));
        output.WriteLine($"{census.Instances.Count} instances came and went");
    }

    /// <summary>Adds, changes and removes a group's monitor over and over; returns the one that is left, or null.</summary>
    private static async Task<MonitorSpec?> LiveAsync(Site site, string tag, Random random)
    {
        var start = Stopwatch.GetTimestamp();
        MonitorSpec? monitor = null;
        while (Stopwatch.GetElapsedTime(start) < Duration)
        {
            var max = random.Next(1, MostInstances + 1);
            var wanted = new MonitorSpec(tag, tag, random.Next(0, max + 1), max, DrainDeadlineSeconds: 2);
            if (monitor is null)
            {
                await Eventually.TrueAsync(async () => await IsAcceptedAsync(site.Client.TryAddMonitorAsync(wanted)), $"the name {tag}, free again");
                monitor = wanted;
            }
            else if (random.Next(2) == 0)
            {
                await site.Client.ChangeMonitorAsync(wanted);
                monitor = wanted;
            }
            else
            {
                await site.Client.RemoveMonitorAsync(tag);
                monitor = null;
            }

            await Task.Delay(random.Next(1500));
        }

        return monitor;
    }

    private static async Task<bool> IsAcceptedAsync(Task<HttpResponseMessage> asking)
    {
        using var response = await asking;
        return response.IsSuccessStatusCode;
    }
}
