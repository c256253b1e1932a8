using ControlPlane.Bench.Autoscaling.Optimum;
using ControlPlane.Bench.Autoscaling.Report;
using ControlPlane.Bench.Autoscaling.Rivals;
using ControlPlane.Core.Backtest;

namespace ControlPlane.Bench.Autoscaling;

/// <summary>One trace, played by everyone from the same beginning.</summary>
internal static class Match
{
    /// <summary>The first of a trace, which says how many instances everybody begins with: 20 min.</summary>
    private const int FirstSteps = 40;

    public static TraceReport Play(Workload workload, Setting setting, Action<string> progress)
    {
        var initial = Initial(workload, setting);
        progress($"{workload.Name}: optimum");
        var optimum = OfflineOptimum.Solve(workload, setting, initial);
        var outcomes = new List<Outcome>();
        foreach (var contender in Field.For(workload, setting))
        {
            progress($"{workload.Name}: {contender.Name}");
            outcomes.Add(Simulator.Play(workload, setting, contender, initial));
        }

        return new TraceReport(workload, optimum, outcomes);
    }

    /// <summary>What the first minutes need: nobody is judged by how a trace happens to begin.</summary>
    private static int Initial(Workload workload, Setting setting)
    {
        var work = workload.Jobs.TakeWhile(job => job.Arrival < FirstSteps).Sum(job => (long)job.Length);
        return Math.Clamp((int)Math.Ceiling(work / (double)(FirstSteps * setting.Slots)), setting.Min, setting.Max);
    }
}
