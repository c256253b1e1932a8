using System.Globalization;
using ControlPlane.Core.Scaling.Policies;

namespace ControlPlane.Core.Scaling.Strategies;

/// <summary>
/// One instance more when any signal was over its upper bound in N looks in a row, one less when all were under their
/// lower bounds in N, and one instance less would not bring any over its upper bound again. N is the monitor's number of
/// samples. Without signals: nine and four of ten job slots in use.
/// </summary>
public sealed class Threshold : IAllocateStrategy
{
    private const char High = 'B', Low = 'I', Between = '-';
    private const double DefaultHigh = 0.9, DefaultLow = 0.4;

    /// <inheritdoc/>
    public string Name => "Threshold";

    /// <inheritdoc/>
    public Proposal Propose(GroupView group)
    {
        var values = group.Policy.Signals.Count == 0 ? [Default(group)] : SignalValue.Of(group);
        var needed = group.Monitor.Samples;
        var seen = group.State.Samples + Sample(values, group);
        var samples = seen.Length > needed ? seen[^needed..] : seen;
        var isBlind = values.Any(value => !value.IsFresh);
        if (group.Base == 0 && group.Pressure.Queued > 0)
            return new(1, "wake", "jobs wait and there is no instance", samples);
        if (samples.Length == needed && samples.All(sample => sample == High))
            return new(group.Base + 1, "high", $"over the upper bound in {needed} looks: {Said(values)}", samples) { IsBlind = isBlind };
        if (samples.Length == needed && samples.All(sample => sample == Low))
            return new(Math.Max(0, group.Base - 1), "low", $"under the lower bound in {needed} looks: {Said(values)}", samples) { IsBlind = isBlind };
        return new(group.Base, "hold", $"neither over nor under the bounds in {needed} looks: {Said(values)}", samples) { IsBlind = isBlind };
    }

    /// <summary>What boots will lower the values, so that nothing is over a bound while something does.</summary>
    private static char Sample(IReadOnlyList<SignalValue> values, GroupView group)
    {
        if (values.Any(value => value.Value > Upper(value.Signal)))
            return group.Starting > 0 ? Between : High;
        var serving = group.Ready.Count();
        var share = serving > 1 ? serving / (serving - 1.0) : 1;
        return values.All(value => value.Value < Lower(value.Signal) && value.Value * share <= Upper(value.Signal)) ? Low : Between;
    }

    private static double Upper(Signal signal) => signal.High ?? signal.Target;

    private static double Lower(Signal signal) => signal.Low ?? (signal.Target / 2);

    private static SignalValue Default(GroupView group)
    {
        var jobs = (group.Pressure.Running + group.Pressure.Queued) / (double)Math.Max(1, group.Ready.Count());
        var slots = group.SlotsPerInstance;
        var signal = new Signal { Name = "jobs", Kind = SignalKind.JobsPerInstance, Target = slots, High = DefaultHigh * slots, Low = DefaultLow * slots };
        return new(signal, jobs, TimeSpan.Zero);
    }

    private static string Said(IReadOnlyList<SignalValue> values) => string.Join(", ", values.Select(value =>
        value.IsFresh ? string.Create(CultureInfo.InvariantCulture, $"{value.Signal.Name} {value.Value:0.##}") : value.Signal.Name + " unknown"));
}
