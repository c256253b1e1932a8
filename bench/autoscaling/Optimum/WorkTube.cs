using ControlPlane.Core.Backtest;

namespace ControlPlane.Bench.Autoscaling.Optimum;

/// <summary>
/// How much work can and how much must be done by the end of each step, in slot-steps. A job can run from its arrival,
/// one slot-step a step, and must run from the last step in which its start is not late.
/// </summary>
internal sealed record WorkTube(int[] Can, int[] Must)
{
    public static WorkTube Of(Workload workload, int slo) => new(Curve(workload, 0), Curve(workload, slo));

    /// <summary>Work that comes free in a step.</summary>
    public int Gain(int step) => Can[step] - (step == 0 ? 0 : Can[step - 1]);

    /// <summary>The most work that may still wait at the end of a step.</summary>
    public int Slack(int step) => Can[step] - Must[step];

    private static int[] Curve(Workload workload, int delay)
    {
        var rate = new int[workload.Steps + 1];
        foreach (var job in workload.Jobs)
        {
            rate[Math.Min(workload.Steps, job.Arrival + delay)]++;
            rate[Math.Min(workload.Steps, job.Arrival + delay + job.Length)]--;
        }

        var curve = new int[workload.Steps];
        for (int step = 0, running = 0, done = 0; step < workload.Steps; step++)
            curve[step] = done += running += rate[step];
        return curve;
    }
}
