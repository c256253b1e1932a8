using ControlPlane.Core.Backtest;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.Core.Tests.Backtest;

public sealed class LoadRecoveryTests
{
    private const int Many = 1_000_000;

    private static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>Records that fit together or do not, as after restarts of routers and engines.</summary>
    private static readonly Gen<PressureSample[]> AnyRecord =
        from looks in
            (from pause in Gen.Choose(0, 600)
             from running in Gen.Choose(0, 20)
             from queued in Gen.Choose(0, 10)
             from finished in Gen.Choose(-1, 200)
             select (pause, running, queued, finished)).ListOf()
        select Samples(looks);

    private static readonly Gen<(int Arrival, int Wait, int Length)[]> AnyJobs =
        (from arrival in Gen.Choose(0, 3000)
         from wait in Gen.Choose(0, 200)
         from length in Gen.Choose(1, 900)
         select (arrival, wait, length)).ArrayOf();

    [Fact]
    public void Find_AnyRecord_KeepsTheWorkThatWasSeen() =>
        Prop.ForAll(AnyRecord.ToArbitrary(), samples =>
        {
            var load = Find(samples, Start, Start + (Minute * 60))!;

            var ran = load.Jobs.Count - load.NeverRan;
            var mean = ran > 0 && load.SeenWork > TimeSpan.Zero ? load.SeenWork / ran : Minute;
            var left = Total(load) - load.SeenWork - (mean * load.NeverRan);
            return left.Duration() <= TimeSpan.FromTicks(load.NeverRan)
                && load.Jobs.All(job => job.Arrival >= TimeSpan.Zero && job.Arrival <= load.To - load.From && job.Length >= TimeSpan.Zero)
                && load.Jobs.SequenceEqual(load.Jobs.OrderBy(job => job.Arrival));
        }).QuickCheckThrowOnFailure();

    /// <summary>Looked at in every second, a record holds every job, all of its work, and its arrival to the second.</summary>
    [Fact]
    public void Find_RecordOfRealJobs_FindsAsManyWithAsMuchWork() =>
        Prop.ForAll(AnyJobs.ToArbitrary(), jobs =>
        {
            var samples = Enumerable.Range(0, 4200).Select(second => new PressureSample(
                Start.AddSeconds(second),
                jobs.Count(job => job.Arrival + job.Wait <= second && second < job.Arrival + job.Wait + job.Length),
                jobs.Count(job => job.Arrival <= second && second < job.Arrival + job.Wait),
                jobs.Count(job => job.Arrival + job.Wait + job.Length <= second))).ToList();

            var load = Find(samples, Start, Start.AddSeconds(4200))!;

            return load.Jobs.Count == jobs.Length
                && Total(load) == TimeSpan.FromSeconds(jobs.Sum(job => job.Length))
                && load.Jobs.Zip(jobs.Select(job => job.Arrival).Order()).All(pair => pair.Second - pair.First.Arrival.TotalSeconds is >= 0 and < 1);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20));

    [Fact]
    public void Find_LooksFewAndFarBetween_SpreadsWhatEndedBetweenThem()
    {
        var load = Find([new(Start, 2, 0, 100), new(Start + (Minute * 60), 2, 0, 220)], Start, Start + (Minute * 60))!;

        // 120 jobs followed each other on two slots in an hour, and two ran on.
        Assert.Equal(122, load.Jobs.Count);
        Assert.Equal(Minute * 120, Total(load));
        Assert.InRange(load.Jobs.Count(job => job.Arrival < Minute * 30), 60, 63);
    }

    [Fact]
    public void Find_JobsWaited_ArriveBeforeTheyRun()
    {
        var load = Find([new(Start, 0, 0, 0), new(Start + Minute, 1, 1, 0), new(Start + (Minute * 3), 1, 0, 1), new(Start + (Minute * 4), 0, 0, 2)], Start, Start + (Minute * 5))!;

        // The second follows the first in the middle of the two minutes in which that was seen.
        Assert.Equal([new(Minute, Minute), new(Minute, Minute * 2)], load.Jobs);
    }

    [Fact]
    public void Find_EndedJobsNotCounted_GuessesTheirNumberAndKeepsTheirWork()
    {
        var load = Find([new(Start, 3, 0, null)], Start, Start + (Minute * 10))!;

        Assert.Equal(Minute * 30, Total(load));
        Assert.InRange(load.Jobs.Count, 30, 33);
        Assert.Equal(1, load.UncountedShare);
    }

    [Fact]
    public void Find_JobsGiveUpWaiting_AreStillWanted()
    {
        var load = Find([new(Start, 1, 4, 0), new(Start + Minute, 0, 0, 1)], Start, Start + (Minute * 2))!;

        Assert.Equal((5, 4), (load.Jobs.Count, load.NeverRan));
        Assert.All(load.Jobs, job => Assert.Equal(new(TimeSpan.Zero, Minute), job));
    }

    [Fact]
    public void Find_RecordBeginsLate_SaysWhatIsCovered()
    {
        var load = Find([new(Start + (Minute * 20), 1, 0, 0), new(Start + (Minute * 50), 1, 0, 0)], Start, Start + (Minute * 60))!;

        Assert.Equal((Start + (Minute * 20), Minute * 30, 2), (load.From, load.LongestGap, load.Records));
    }

    [Fact]
    public void Find_OlderRecords_OnlyTheLastHoldsAtTheBeginning()
    {
        var load = Find([new(Start - Minute, 9, 9, 0), new(Start - (Minute / 2), 1, 0, 17)], Start, Start + Minute)!;

        Assert.Equal([new(TimeSpan.Zero, Minute)], load.Jobs);
        Assert.Equal(Start, load.From);
    }

    [Fact]
    public void Find_NoRecord_HasNoJobs() => Assert.Empty(Find([], Start, Start + Minute)!.Jobs);

    [Fact]
    public void Find_MoreJobsThanAllowed_IsRefused()
    {
        PressureSample[] samples = [new(Start, 1, 0, 0), new(Start + Minute, 1, 0, 5_000_000_000)];

        Assert.Null(LoadRecovery.Find(samples, Start, Start + Minute, Minute, Many));
    }

    private static RecordedLoad? Find(IReadOnlyList<PressureSample> samples, DateTimeOffset from, DateTimeOffset to) =>
        LoadRecovery.Find(samples, from, to, Minute, Many);

    private static TimeSpan Total(RecordedLoad load) => TimeSpan.FromTicks(load.Jobs.Sum(job => job.Length.Ticks));

    private static PressureSample[] Samples(IEnumerable<(int Pause, int Running, int Queued, int Finished)> looks)
    {
        var at = Start.AddMinutes(-5);
        return [.. looks.Select(look => new PressureSample(at += TimeSpan.FromSeconds(look.Pause), look.Running, look.Queued, look.Finished < 0 ? null : look.Finished))];
    }
}
