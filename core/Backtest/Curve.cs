namespace ControlPlane.Core.Backtest;

/// <summary>A value for each step, thinned out so that it can be sent and drawn.</summary>
public static class Curve
{
    /// <summary>How many steps go into one point so that there are at most so many points.</summary>
    public static int StepsPerPoint(int steps, int mostPoints) => Math.Max(1, (steps + mostPoints - 1) / mostPoints);

    /// <summary>The mean of each run of steps: the area under the curve stays.</summary>
    public static double[] Means(IReadOnlyList<int> values, int stepsPerPoint) =>
        [.. values.Chunk(stepsPerPoint).Select(part => part.Average())];

    /// <summary>The work that arrives in each run of steps, as the instances that would be busy with it all along.</summary>
    public static double[] Demand(Workload workload, Setting setting, int stepsPerPoint)
    {
        var work = new double[(workload.Steps + stepsPerPoint - 1) / stepsPerPoint];
        foreach (var job in workload.Jobs)
            work[job.Arrival / stepsPerPoint] += job.Length;
        // The last run may be shorter than the others.
        return [.. work.Select((slotSteps, point) => slotSteps / setting.Slots / Math.Min(stepsPerPoint, workload.Steps - (point * stepsPerPoint)))];
    }
}
