namespace ControlPlane.Core.Backtest;

/// <summary>A value for each step, thinned out so that it can be sent and drawn.</summary>
public static class Curve
{
    /// <summary>How many steps go into one point so that there are at most so many points.</summary>
    public static int StepsPerPoint(int steps, int mostPoints) => Math.Max(1, (steps + mostPoints - 1) / mostPoints);

    /// <summary>The mean of each run of steps: the area under the curve stays.</summary>
    public static double[] Means(IReadOnlyList<int> values, int stepsPerPoint) =>
        [.. values.Chunk(stepsPerPoint).Select(part => part.Average())];

    /// <summary>The instances that would be busy in each step if every job could start as it comes, in the mean of each run of steps.</summary>
    public static double[] Demand(Workload workload, Setting setting, int stepsPerPoint)
    {
        var changes = new int[workload.Steps + 1];
        foreach (var job in workload.Jobs)
        {
            changes[job.Arrival]++;
            changes[Math.Min(workload.Steps, job.Arrival + job.Length)]--;
        }

        var busy = 0;
        var jobs = changes.Take(workload.Steps).Select(change => busy += change).ToList();
        return [.. Means(jobs, stepsPerPoint).Select(slots => slots / setting.Slots)];
    }
}
