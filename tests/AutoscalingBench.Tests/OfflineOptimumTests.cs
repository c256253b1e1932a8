using ControlPlane.Bench.Autoscaling.Optimum;
using ControlPlane.Core.Backtest;
using FsCheck;
using FsCheck.Fluent;

namespace ControlPlane.AutoscalingBench.Tests;

/// <summary>The optimum against every schedule there is.</summary>
public sealed class OfflineOptimumTests
{
    private const int Steps = 6, MostInstances = 3;

    private static readonly Setting Small = new() { Boot = 2, Teardown = 1, Slo = 2, Slots = 2, Min = 1 };

    private static readonly Gen<(int[] Arrivals, int Initial)> Case =
        from arrivals in Gen.Choose(0, 5).ArrayOf(Steps - Small.Slo - 1)
        from initial in Gen.Choose(1, 2)
        select (arrivals, initial);

    [Fact]
    public void Solve_JobsOfOneStep_CostsWhatTheBestOfAllSchedulesCosts() =>
        Prop.ForAll(Case.ToArbitrary(), one =>
        {
            var workload = Work(one.Arrivals, length: 1);

            return OfflineOptimum.Solve(workload, Small, one.Initial).BilledSteps == Cheapest(workload, one.Initial);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));

    [Fact]
    public void Solve_LongerJobs_NeverCostsMoreThanTheBestOfAllSchedules() =>
        Prop.ForAll(Case.ToArbitrary(), one =>
        {
            var workload = Work(one.Arrivals, length: 2);

            return OfflineOptimum.Solve(workload, Small, one.Initial).BilledSteps <= Cheapest(workload, one.Initial);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(100));

    [Fact]
    public void Solve_AnyWork_ReturnsASchedule_ThatCostsWhatItSaysAndIsInTime() =>
        Prop.ForAll(Case.ToArbitrary(), one =>
        {
            var workload = Work(one.Arrivals, length: 1);

            var schedule = OfflineOptimum.Solve(workload, Small, one.Initial);

            return schedule.BilledSteps == Cost(schedule.Ready, one.Initial) && IsInTime(workload, schedule.Ready);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void Solve_OneBurst_UsesTheWholeServiceLevel()
    {
        var workload = Work([12, 0, 0], length: 1);

        var schedule = OfflineOptimum.Solve(workload, Small, initial: 1);

        // 12 jobs in 3 steps on 2 slots each: two instances, where all at once would need six.
        Assert.Equal(2, schedule.Ready.Max());
    }

    private static Workload Work(int[] arrivals, int length) => new()
    {
        Name = "small",
        Jobs = [.. arrivals.SelectMany((count, step) => Enumerable.Repeat(new Job(step, length), count))],
        Steps = Steps,
    };

    private static long Cheapest(Workload workload, int initial)
    {
        var best = long.MaxValue;
        var most = Math.Max(MostInstances, (workload.Jobs.Count / Small.Slots) + 1);
        foreach (var ready in Schedules(Steps, most))
        {
            var cost = Cost(ready, initial);
            if (cost < best && IsInTime(workload, ready))
                best = cost;
        }

        return best;
    }

    private static IEnumerable<int[]> Schedules(int steps, int most)
    {
        if (steps == 0)
            return [[]];
        return Schedules(steps - 1, most).SelectMany(rest => Enumerable.Range(Small.Min, most), (rest, count) => (int[])[.. rest, count]);
    }

    private static long Cost(int[] ready, int initial)
    {
        long cost = ready.Sum();
        var before = initial;
        foreach (var count in ready)
        {
            cost += count > before ? (count - before) * Small.Boot : (before - count) * Small.Teardown;
            before = count;
        }

        return cost;
    }

    /// <summary>Starts the jobs in their order as soon as there is a slot. A job keeps its slot to its end.</summary>
    private static bool IsInTime(Workload workload, int[] ready)
    {
        var ends = new List<int>();
        var next = 0;
        for (var step = 0; step < ready.Length; step++)
        {
            ends.RemoveAll(end => end <= step);
            for (; next < workload.Jobs.Count && workload.Jobs[next].Arrival <= step && ends.Count < ready[step] * Small.Slots; next++)
            {
                if (step - workload.Jobs[next].Arrival > Small.Slo)
                    return false;
                ends.Add(step + workload.Jobs[next].Length);
            }

            // Fewer slots than running jobs would mean to kill one.
            if (ends.Count > ready[step] * Small.Slots)
                return false;
        }

        return next == workload.Jobs.Count;
    }
}
