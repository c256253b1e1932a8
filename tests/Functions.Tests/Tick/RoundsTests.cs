using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Tests.Groups;
using ControlPlane.Functions.Tick;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Tests.Tick;

/// <summary>When the reconciler reads everything, and when it need not.</summary>
public sealed class RoundsTests
{
    [Fact]
    public async Task Run_NothingHasChanged_ReadsOneRow()
    {
        await using var site = await InOrderAsync();

        Assert.Equal(1, await ReadsAsync(site));
    }

    [Fact]
    public async Task Run_MonitorWasChanged_ReadsEverything()
    {
        await using var site = await InOrderAsync();
        await site.Get<Registry<Monitor>>().ChangeAsync("w", null, monitor => monitor with { Max = 9 });

        Assert.InRange(await ReadsAsync(site), 2, int.MaxValue);
    }

    [Fact]
    public async Task Run_InstanceWasChanged_ReadsEverything()
    {
        await using var site = await InOrderAsync();
        await site.Get<Registry<Monitor>>().ChangeAsync("w", null, monitor => monitor with { Min = 11, Max = 11 });
        await ReadsAsync(site);
        await ReadsAsync(site);
        Assert.Equal(1, await ReadsAsync(site));

        // Orders one.
        await site.Watch.StartAsync(new("w", QuietSite.Tag));

        Assert.InRange(await ReadsAsync(site), 2, int.MaxValue);
    }

    [Fact]
    public async Task Run_TimeHasPassed_ReadsEverything()
    {
        await using var site = await InOrderAsync();
        site.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.InRange(await ReadsAsync(site), 2, int.MaxValue);
    }

    /// <summary>The first round starts the watch, and the second finds it running.</summary>
    private static async Task<QuietSite> InOrderAsync()
    {
        var site = await QuietSite.StartAsync();
        await ReadsAsync(site);
        await ReadsAsync(site);
        return site;
    }

    private static async Task<int> ReadsAsync(QuietSite site)
    {
        site.Store.Clear();
        await site.Get<Rounds>().RunAsync(CancellationToken.None);
        return site.Store.Reads;
    }
}
