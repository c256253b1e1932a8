using ControlPlane.Core.Scaling;
using ControlPlane.Core.Scaling.Policies;
using ControlPlane.Core.Scaling.Strategies;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Pools;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Router;
using ControlPlane.Functions.Signals;
using ControlPlane.Functions.Tests.Site;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Tests.Groups;

/// <summary>What another router has said is as old as its report, and what this one counts is not.</summary>
public sealed class StalePressureTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(0, 6, false)]
    [InlineData(1, 4, false)]
    [InlineData(1, 6, true)]
    public async Task Decide_OtherRoutersReport_IsStaleOnceItIsTooOld(int inFlight, int age, bool isStale)
    {
        await using var site = await QuietSite.StartAsync(new ScalingPolicy { PressureStaleAfter = 5 * Second });
        var reader = Reader(site, inFlight, site.Time.GetUtcNow());
        site.Time.Advance(age * Second);
        var monitor = (await site.Get<Registry<Monitor>>().FindAsync("w"))!.Value;

        var view = await reader.ReadAsync(monitor, new GroupState(), CancellationToken.None);
        var (decision, _) = Planner.Decide(view, new JobNumAwareAllocate());

        var pressure = decision.Inputs!.Single(input => input.Name == "pressure");
        Assert.Equal(site.Time.GetUtcNow(), decision.At);
        Assert.Equal(inFlight == 0 ? 0 : age, pressure.AgeSeconds);
        Assert.Equal(isStale ? null : inFlight, pressure.Value);
    }

    private static GroupReader Reader(QuietSite site, int inFlight, DateTimeOffset at)
    {
        var report = RouterReport.Empty with { At = at };
        if (inFlight > 0)
            report = report with { InFlight = new Dictionary<string, int> { ["b1"] = inFlight } };
        var pressure = new PressureReader(site.Get<Dispatcher>(), site.Get<WaitQueue>(), site.Get<FinishedJobs>(), new OtherRouters(report), site.Time);
        var inputs = new InputReader(site.Get<RegistryFeed>(), site.Get<SignalReader>(), pressure);
        return new GroupReader(site.Groups, inputs, site.Get<BrokenInstances>(), site.Get<Lending>(), site.Time);
    }
}
