namespace ControlPlane.Bench.Autoscaling.Report;

/// <summary>
/// The elasticity metrics of the SPEC Research Group (Herbst et al., "Ready for Rain?", SPEC-RG-2016-01): supply against
/// demand, where demand is what the offline optimum has ready. 0 is best of all but jitter, which is best near 0.
/// </summary>
/// <param name="UnderAccuracy">Mean shortage as a share of demand, in percent.</param>
/// <param name="OverAccuracy">Mean excess as a share of demand, in percent.</param>
/// <param name="UnderTime">Share of time with a shortage, in percent.</param>
/// <param name="OverTime">Share of time with an excess, in percent.</param>
/// <param name="Instability">Share of time in which supply and demand do not move the same way, in percent.</param>
/// <param name="Jitter">Changes of supply less changes of demand, per hour.</param>
internal sealed record Elasticity(
    double UnderAccuracy, double OverAccuracy, double UnderTime, double OverTime, double Instability, double Jitter)
{
    public static Elasticity Of(int[] demand, int[] supply, double stepsPerHour)
    {
        double Percent(Func<int, double> value, int from) => 100 * Enumerable.Range(from, demand.Length - from).Average(value);
        int Move(int[] curve, int step) => Math.Sign(curve[step] - curve[step - 1]);
        int Changes(int[] curve) => Enumerable.Range(1, curve.Length - 1).Count(step => Move(curve, step) != 0);
        return new(
            Percent(step => Math.Max(0, demand[step] - supply[step]) / (double)Math.Max(1, demand[step]), 0),
            Percent(step => Math.Max(0, supply[step] - demand[step]) / (double)Math.Max(1, demand[step]), 0),
            Percent(step => supply[step] < demand[step] ? 1 : 0, 0),
            Percent(step => supply[step] > demand[step] ? 1 : 0, 0),
            Percent(step => Move(demand, step) != Move(supply, step) ? 1 : 0, 1),
            (Changes(supply) - Changes(demand)) * stepsPerHour / demand.Length);
    }
}
