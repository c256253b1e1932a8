namespace ControlPlane.Core.Backtest;

/// <summary>Brings jobs of any length to whole steps without making work or losing it.</summary>
public static class WholeSteps
{
    /// <summary>
    /// Rounds the running total of the work, not each job: what rounding takes from one job, the next one gets. A job
    /// much shorter than a step becomes part of a later one, so there may be fewer jobs, with the same work to within
    /// half a step.
    /// </summary>
    /// <param name="jobs">By arrival.</param>
    /// <param name="step">The length of a step.</param>
    public static IReadOnlyList<Job> Of(IEnumerable<TimedJob> jobs, TimeSpan step)
    {
        var rounded = new List<Job>();
        var owed = step.Ticks / 2;
        foreach (var job in jobs)
        {
            owed += job.Length.Ticks;
            var steps = owed / step.Ticks;
            if (steps == 0)
                continue;
            owed -= steps * step.Ticks;
            rounded.Add(new Job((int)(job.Arrival / step), (int)steps));
        }

        return rounded;
    }
}
