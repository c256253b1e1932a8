using ControlPlane.Core.Instances;
using ControlPlane.Core.Scaling;
using ControlPlane.Core.Scaling.Load;
using static ControlPlane.Core.Tests.Scaling.Group;

namespace ControlPlane.Core.Tests.Scaling.Load;

/// <summary>What a group learns of its load, its boots and its seasons.</summary>
public sealed class MemoryTests
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    [Fact]
    public void LoadMemory_SteadyJobs_DemandIsWhatRuns()
    {
        var memory = Play(minutes: 10, look => Look(look, running: 6, queued: 0, finished: look * 3));

        Assert.Equal(6, memory.Mean(5)!.Value, 0.01);
        Assert.Equal(10, memory.JobSeconds, 0.01);
    }

    /// <summary>Six run, and each look finds three jobs more that wait, of 10 s each in 5 s: twelve are in demand.</summary>
    [Fact]
    public void LoadMemory_QueueGrows_DemandIsMoreThanWhatRuns()
    {
        var memory = Play(minutes: 10, look => Look(look, running: 6, queued: look * 3, finished: look * 3));

        Assert.Equal(12, memory.Mean(5)!.Value, 0.5);
    }

    [Fact]
    public void LoadMemory_RouterStartsAgain_LosesNothing()
    {
        var memory = Play(minutes: 2, look => Look(look, running: 6, queued: 0, finished: look < 12 ? look * 3 : (look - 12) * 3));

        Assert.InRange(memory.JobSeconds, 10, 11);
    }

    [Fact]
    public void LoadMemory_LongPause_FillsTheMinutesBetween()
    {
        var memory = LoadMemory.After(LoadMemory.After(null, Look(0, 4, 0, 0), Period), Look(120, 4, 0, 0), Period);

        Assert.Equal(10, memory.Minutes.Count);
        Assert.Equal(4, memory.Mean(10)!.Value, 0.01);
    }

    /// <summary>One job runs at the last look before a sleep of ten minutes and one at the first after it; the jobs between are ten minutes long by nobody's word.</summary>
    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(0, 8, 0)]
    [InlineData(3, 5, 3)]
    public void LoadMemory_NobodyLooked_CountsWhatRanAtBothEndsAndLearnsNoJobLength(int before, int after, double demand)
    {
        var learned = Play(minutes: 10, look => Look(look, running: 6, queued: 0, finished: look * 3));
        var asleep = LoadMemory.After(learned, Look(121, before, 0, 363), Period);

        var memory = LoadMemory.After(asleep, Look(241, after, 0, 463), Period);

        Assert.Equal(demand, memory.Mean(4)!.Value, 0.2);
        Assert.Equal(10, memory.JobSeconds, 0.2);
        Assert.Equal(after, memory.Running);
    }

    /// <summary>What waits when a sleep ends has come just now, however long the sleep was.</summary>
    [Fact]
    public void LoadMemory_QueueAfterASleep_IsDemandOfTheLastMinutes()
    {
        var asleep = LoadMemory.After(null, Look(0, 0, 0, 0), Period);

        var memory = LoadMemory.After(asleep, Look(120, 2, 4, 0), Period);

        Assert.Equal(4 * LoadMemory.UnknownJobSeconds, memory.OpenWork, 0.01);
    }

    [Fact]
    public void BootMemory_Learn_CountsEachBootOnce()
    {
        var row = Of(0, 9, "serving").Instances[0];
        Instance[] rows = [.. Enumerable.Range(1, 20).Select(number => row with { Name = $"demo-{number}", OrderedAt = Now, ReadyAt = Now.AddSeconds(number) })];

        var once = new BootMemory().Learn(rows);

        Assert.Equal((20, 10, 19), (once.Seconds.Count, once.P50.TotalSeconds, once.P95.TotalSeconds));
        Assert.Same(once, once.Learn(rows));
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(60, 40)]
    [InlineData(120, 80)]
    [InlineData(260, 60)]
    public void BootMemory_Remaining_IsLessWithAgeAndMoreWhenOverdue(int age, int remaining)
    {
        var boots = new BootMemory { Seconds = [.. Enumerable.Repeat(100.0, 15), .. Enumerable.Repeat(200.0, 5)] };

        Assert.Equal(remaining, boots.Remaining(TimeSpan.FromSeconds(age)).TotalSeconds);
    }

    [Fact]
    public void SeasonMemory_SameEachDay_ForetellsIt()
    {
        var season = Days(5, quarter => quarter % 96 < 48 ? 10 : 30);

        Assert.InRange(season.Forecast(Now.AddHours(12))!.Value, 29, 31);
        Assert.InRange(season.Error, 0, 0.1);
    }

    [Fact]
    public void SeasonMemory_NeverTheSame_KnowsThatItErrs()
    {
        var season = Days(5, quarter => Math.Abs(quarter * 31 % 101 * quarter % 101));

        Assert.InRange(season.Error, 0.3, 1);
    }

    [Fact]
    public void SeasonMemory_FirstDay_ForetellsNothing() => Assert.Null(Days(0.9, _ => 10).Forecast(Now));

    /// <summary>Ends at noon of <see cref="Now"/>.</summary>
    private static SeasonMemory Days(double days, Func<int, double> demand)
    {
        SeasonMemory? season = null;
        var quarters = (int)(days * 96);
        for (var quarter = -quarters; quarter <= 0; quarter++)
            season = SeasonMemory.After(season, demand(quarter + (1000 * 96)), 900, Now.AddMinutes(15 * quarter));
        return season!;
    }

    private static LoadMemory Play(int minutes, Func<int, Pressure> look)
    {
        LoadMemory? memory = null;
        for (var number = 0; number <= minutes * 12; number++)
            memory = LoadMemory.After(memory, look(number), Period);
        return memory!;
    }

    private static Pressure Look(int number, int running, int queued, int finished) =>
        Of(0, 9, $"serving {running}").Pressure with { At = Now.AddSeconds(5 * number), Queued = queued, Finished = finished };
}
