using ControlPlane.Bench.Autoscaling.Optimum;
using ControlPlane.Core.Backtest;

namespace ControlPlane.Bench.Autoscaling.Report;

/// <summary>All that came of one trace.</summary>
/// <param name="Workload">The jobs.</param>
/// <param name="Optimum">The cheapest schedule.</param>
/// <param name="Outcomes">What came of each contender; the product's headline strategy first.</param>
internal sealed record TraceReport(Workload Workload, Schedule Optimum, IReadOnlyList<Outcome> Outcomes)
{
    /// <summary>Work that varies more than this, from one 5 min to the next within an hour, is bursty: a new instance comes too late for it.</summary>
    private const double BurstyFrom = 0.25;

    private const int Bin = 10, BinsPerHour = 12;

    public double Days => Workload.Steps / (double)World.StepsPerDay;

    public bool IsBursty => Burstiness >= BurstyFrom;

    public Outcome Product => Outcomes[0];

    /// <summary>The deviation of the work of each 5 min from the mean of the hour around it, over the mean of all.</summary>
    public double Burstiness
    {
        get
        {
            var bins = new double[(Workload.Steps / Bin) + 1];
            foreach (var job in Workload.Jobs)
                bins[job.Arrival / Bin] += job.Length;
            var squares = Enumerable.Range(BinsPerHour / 2, Math.Max(1, bins.Length - BinsPerHour))
                .Select(at => Math.Pow(bins[at] - bins.AsSpan(at - (BinsPerHour / 2), BinsPerHour).ToArray().Average(), 2));
            return Math.Sqrt(squares.Average()) / bins.Average();
        }
    }

    /// <summary>Paid instance-hours over the optimum, in percent.</summary>
    public double Over(Outcome outcome) => 100.0 * (outcome.BilledSteps - Optimum.BilledSteps) / Optimum.BilledSteps;

    /// <summary>Jobs that started too late, in percent.</summary>
    public double Late(Outcome outcome) => 100.0 * outcome.Late / Workload.Jobs.Count;

    public double ActionsPerDay(Outcome outcome) => outcome.Actions / Days;
}
