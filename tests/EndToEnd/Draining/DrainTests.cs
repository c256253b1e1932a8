using ControlPlane.EndToEnd.Machine;

namespace ControlPlane.EndToEnd.Draining;

public sealed class DrainTests
{
    [Fact]
    public async Task ShrinkWithJobsRunning_JobFinishesAndItsAnswerArrivesBeforeTheInstanceStops()
    {
        await using var site = await Site.ServeAsync("drain");
        var jobs = await TwoInstancesWithAJobEachAsync(site, milliseconds: 10_000, drainDeadlineSeconds: 60);

        await site.Client.ChangeMonitorAsync(new("g", "g", 1, 1, DrainDeadlineSeconds: 60));

        var leaving = await DrainingAsync(site);
        Assert.Equal(2, site.Engines().Count);
        foreach (var job in jobs)
            Assert.Contains("\"ms\":10000", (await job).Body, StringComparison.Ordinal);
        await Convergence.ReachAsync(site, "g", 1);
        Assert.DoesNotContain(site.Engines(), engine => engine.Instance == leaving.Name);
    }

    [Fact]
    public async Task JobLongerThanTheDrainDeadline_IsCutOffAndItsClientIsTold()
    {
        await using var site = await Site.ServeAsync("cut-off");
        var jobs = await TwoInstancesWithAJobEachAsync(site, milliseconds: 600_000, drainDeadlineSeconds: 1);

        await site.Client.ChangeMonitorAsync(new("g", "g", 1, 1, DrainDeadlineSeconds: 1));

        var first = await (await Task.WhenAny(jobs)).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(502, first.Status);
        Assert.Contains("The request may have run; it was not sent again.", first.Body, StringComparison.Ordinal);
        await Convergence.ReachAsync(site, "g", 1);
        Assert.Equal(1, jobs.Count(job => job.IsCompleted));
        await StopAsync(site, jobs);
    }

    [Fact]
    public async Task LoadThatReturns_CallsTheDrainingInstanceBackInsteadOfStartingAnother()
    {
        await using var site = await Site.ServeAsync("called-back");
        var jobs = await TwoInstancesWithAJobEachAsync(site, milliseconds: 600_000, drainDeadlineSeconds: 300);
        var before = site.Engines();
        await site.Client.ChangeMonitorAsync(new("g", "g", 1, 1, DrainDeadlineSeconds: 300));
        var leaving = await DrainingAsync(site);

        // The instance that stays has a job: with room for another one, the group is busy.
        await site.Client.ChangeMonitorAsync(new("g", "g", 1, 2, DrainDeadlineSeconds: 300));

        await Convergence.ReachAsync(site, "g", 2);
        Assert.Equal(before.OrderBy(engine => engine.Pid), site.Engines().OrderBy(engine => engine.Pid));
        var decisions = await site.Client.ListDecisionsAsync("g");
        Assert.Contains(decisions, decision => decision.Reclaim.Contains(leaving.Name) && decision.Reason.Contains($"call back {leaving.Name}", StringComparison.Ordinal));
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => site.Client.RunAsync("g", Profiles.Script(300))));
        Assert.All(answers, answer => Assert.True(answer.IsWell, answer.Body));
        Assert.Contains(answers, answer => answer.Body.Contains($"/{leaving.Name}/", StringComparison.Ordinal));
        Assert.All(jobs, job => Assert.False(job.IsCompleted));
        await StopAsync(site, jobs);
    }

    private static async Task<Task<Answer>[]> TwoInstancesWithAJobEachAsync(Site site, int milliseconds, double drainDeadlineSeconds)
    {
        await site.Client.AddMonitorAsync(new("g", "g", 2, 2, DrainDeadlineSeconds: drainDeadlineSeconds));
        await Convergence.ReachAsync(site, "g", 2);
        var jobs = Enumerable.Range(0, 2).Select(_ => site.Client.RunAsync("g", Profiles.Script(milliseconds))).ToArray();
        await Eventually.TrueAsync(async () => (await site.Client.ListBackendsAsync()).All(backend => backend.InFlight == 1), "a job in flight on each instance");
        return jobs;
    }

    private static Task<BackendView> DrainingAsync(Site site) => Eventually.FoundAsync(
        async () => (await site.Client.ListBackendsAsync()).SingleOrDefault(backend => backend.State == "Draining"),
        "an instance that drains");

    /// <summary>Ends the engines, and with them the jobs that would run for ever.</summary>
    private static async Task StopAsync(Site site, Task<Answer>[] jobs)
    {
        site.Kill();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => Task.WhenAll(jobs));
    }
}
