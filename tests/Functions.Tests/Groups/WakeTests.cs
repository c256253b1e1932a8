using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Groups;

/// <summary>A group that sleeps and gets work, in the whole program.</summary>
public sealed class WakeTests
{
    /// <summary>Long enough that nobody takes a look that was due anyway for one that was woken.</summary>
    private static readonly TimeSpan LongSleep = TimeSpan.FromSeconds(6);

    [Fact]
    public async Task Run_QueueAtAGroupThatSleeps_IsLookedAtBeforeItsTime()
    {
        await using var host = await TestHost.StartAsync();
        var tag = host.NewName();
        await using var engine = await host.StartEngineAsync(tag, maxJobs: 1);
        var (looks, asleep) = await SleepAsync(host, tag);
        engine.Hold();

        var requests = Enumerable.Range(0, 3).Select(_ => host.RunAsync(tag)).ToList();
        await Soon.TrueAsync(() => looks.Find(tag)!.Decision.Pressure.Queued == 2, "a decision that sees the queue");

        Assert.True(looks.Find(tag)!.Decision.At < asleep.Next, "It was looked at when it was due anyway.");
        engine.LetAllGo();
        foreach (var request in requests)
            (await request).Dispose();
    }

    [Fact]
    public async Task Unprotect_GroupSleeps_IsLookedAtBeforeItsTime()
    {
        await using var host = await TestHost.StartAsync();
        var tag = host.NewName();
        await using var engine = await host.StartEngineAsync(tag, maxJobs: 1);
        await host.Client.PostAsync(new Uri($"/v1/backends/{engine.Name}:protect", UriKind.Relative), null).TextAsync();
        var (looks, asleep) = await SleepAsync(host, tag);

        await host.Client.PostAsync(new Uri($"/v1/backends/{engine.Name}:unprotect", UriKind.Relative), null).TextAsync();
        await Soon.TrueAsync(() => looks.Find(tag)!.At > asleep.At, "another look");

        Assert.True(looks.Find(tag)!.At < asleep.Next, "It was looked at when it was due anyway.");
    }

    private static async Task<(LastLooks Looks, Look Asleep)> SleepAsync(TestHost host, string tag)
    {
        using var added = await host.PostAsync(
            "/monitor/add", $"name={tag}&tag={tag}&minInstances=1&maxInstances=1&allocateType=local&allocateStrategy=JobNumAwareAllocate&profile={TestProfiles.Startable}&periodSeconds=0.2&samples=2");
        Assert.True(added.IsSuccessStatusCode, await added.Content.ReadAsStringAsync());
        var looks = host.Get<LastLooks>();
        await Soon.TrueAsync(() => looks.Find(tag)?.Pause > LongSleep, $"a sleep of over {LongSleep}; the last is {looks.Find(tag)?.Pause}");
        return (looks, looks.Find(tag)!);
    }
}
