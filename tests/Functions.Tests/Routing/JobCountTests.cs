using ControlPlane.Core.Scaling;
using ControlPlane.Functions.Router;
using ControlPlane.Functions.Tests.Site;
using ControlPlane.TestKit;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Functions.Tests.Routing;

public sealed class JobCountTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();
    private readonly JobCount _count;

    public JobCountTests() => _count = new JobCount(_time);

    [Fact]
    public void RunTime_SeveralJobs_IsTheSumOfTheirAges()
    {
        var first = Begin();
        _time.Advance(10 * Second);
        var second = Begin();
        _time.Advance(5 * Second);

        Assert.Equal((2, 20 * Second), (_count.Now, _count.RunTime));

        _count.End(first, hasRun: true);
        Assert.Equal((1, 5 * Second), (_count.Now, _count.RunTime));

        _count.End(second, hasRun: true);
        Assert.Equal((0, TimeSpan.Zero), (_count.Now, _count.RunTime));
    }

    [Fact]
    public void RunTime_JobThatIsStuck_CountsForItsLimit()
    {
        Begin();
        _time.Advance(TimeSpan.FromDays(40));

        Assert.Equal(InstanceLoad.LongestRunTime, _count.RunTime);
    }

    [Fact]
    public void TryBegin_AnotherCameBefore_BeginsNothing()
    {
        Begin();

        Assert.False(_count.TryBegin(0, out _));
        Assert.Equal(1, _count.Now);
    }

    [Fact]
    public void TakeEnded_CountsWhatHasRunOnce()
    {
        _count.End(Begin(), hasRun: true);
        _count.End(Begin(), hasRun: false);
        _count.End(Begin(), hasRun: true);

        Assert.Equal(2, _count.TakeEnded());
        Assert.Equal(0, _count.TakeEnded());
    }

    [Fact]
    public void BeginAndEnd_InAnyOrder_RunTimeIsExactAndWithinItsBounds()
    {
        // Each step: how many seconds pass, and whether a job begins or one of those that run ends.
        var steps = Gen.Choose(0, 200).Zip(Gen.Choose(0, 9)).ListOf();

        Prop.ForAll(steps.ToArbitrary(), Holds).QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task BeginAndEnd_ByManyAtOnce_CountsStayExact()
    {
        const int workers = 8, each = 20_000;
        var count = new JobCount(TimeProvider.System);
        using var start = new Barrier(workers + 1);
        var isOver = false;
        var watching = Task.Run(() => WatchBounds(count, workers, start, () => Volatile.Read(ref isOver)));
        var working = Enumerable.Range(0, workers).Select(worker => Task.Run(() =>
        {
            start.SignalAndWait();
            for (var i = 0; i < each; i++)
                count.End(BeginAmongOthers(count), hasRun: i % 2 == 0);
        })).ToList();

        await Task.WhenAll(working).SoonAsync("the workers to end");
        Volatile.Write(ref isOver, true);

        Assert.True(await watching.SoonAsync("the watcher to end"), "A run time was outside of its bounds.");
        Assert.Equal((0, TimeSpan.Zero), (count.Now, count.RunTime));
        Assert.Equal(workers * each / 2, count.TakeEnded());
    }

    private static bool Holds(IEnumerable<(int Seconds, int Choice)> steps)
    {
        var time = new FakeTimeProvider();
        var count = new JobCount(time);
        var running = new List<(long Started, DateTimeOffset At)>();
        foreach (var (seconds, choice) in steps)
        {
            time.Advance(TimeSpan.FromSeconds(seconds));
            if (choice >= 5 && running.Count > 0)
            {
                count.End(running[choice % running.Count].Started, hasRun: true);
                running.RemoveAt(choice % running.Count);
            }
            else
            {
                Assert.True(count.TryBegin(running.Count, out var started));
                running.Add((started, time.GetUtcNow()));
            }

            var sum = running.Aggregate(TimeSpan.Zero, (total, job) => total + (time.GetUtcNow() - job.At));
            var most = running.Count * InstanceLoad.LongestRunTime;
            if (count.Now != running.Count || count.RunTime != (sum < most ? sum : most))
                return false;
        }

        return true;
    }

    private static bool WatchBounds(JobCount count, int workers, Barrier start, Func<bool> isOver)
    {
        start.SignalAndWait();
        var isWithin = true;
        while (!isOver())
        {
            // Nothing here runs for longer than the test, which has half a minute.
            var runTime = count.RunTime;
            isWithin &= count.Now <= workers && runTime >= TimeSpan.Zero && runTime <= workers * TimeSpan.FromSeconds(30);
        }

        return isWithin;
    }

    private static long BeginAmongOthers(JobCount count)
    {
        while (true)
        {
            if (count.TryBegin(count.Now, out var started))
                return started;
        }
    }

    private long Begin()
    {
        Assert.True(_count.TryBegin(_count.Now, out var started));
        return started;
    }
}
