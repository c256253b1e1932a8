using ControlPlane.Core.Backtest;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Core.Tests.Backtest;

public sealed class WholeStepsTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    [Fact]
    public void Of_AnyJobs_KeepsTheirWorkToHalfAStep() =>
        Prop.ForAll(Gen.Choose(0, 60_000).ArrayOf().ToArbitrary(), lengths =>
        {
            var jobs = lengths.Select((length, number) => new TimedJob(Step * number, TimeSpan.FromMilliseconds(length))).ToList();

            var rounded = WholeSteps.Of(jobs, Step);

            var difference = (Step * rounded.Sum(job => job.Length)) - TimeSpan.FromMilliseconds(lengths.Sum());
            return difference.Duration() <= Step / 2 && rounded.All(job => job.Length >= 1) && rounded.Count <= jobs.Count;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Of_LengthsOfWholeSteps_StayAsTheyAre()
    {
        var rounded = WholeSteps.Of([new(TimeSpan.Zero, Step), new(Step * 2.5, Step * 3)], Step);

        Assert.Equal([new(0, 1), new(2, 3)], rounded);
    }

    [Fact]
    public void Of_JobsShorterThanAStep_ArePutTogether()
    {
        var rounded = WholeSteps.Of(Enumerable.Range(0, 50).Select(second => new TimedJob(TimeSpan.FromSeconds(second), TimeSpan.FromSeconds(1))), Step);

        Assert.Equal((10, 10), (rounded.Count, rounded.Sum(job => job.Length)));
    }
}
