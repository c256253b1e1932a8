using System.Globalization;
using ControlPlane.Core.Scaling.Load;

namespace ControlPlane.Core.Scaling.Strategies;

/// <summary>
/// <see cref="SloSlack"/>, and what the same hour a week or a day ago lets expect for the moment at which an instance
/// ordered now would serve. The forecast only adds, and it counts for nothing while it has lately been wrong.
/// </summary>
public sealed class Predictive : IAllocateStrategy
{
    /// <summary>The mean error over which forecasts are not followed.</summary>
    private const double TrustedError = 0.2;

    /// <summary>Forecasts that must have been compared with what came: a quarter of a day.</summary>
    private const int NeededForecasts = 24;

    private readonly SloSlack _reactive = new();

    /// <inheritdoc/>
    public string Name => "Predictive";

    /// <inheritdoc/>
    public Proposal Propose(GroupView group)
    {
        var reactive = _reactive.Propose(group);
        if (reactive.Load is not { } load)
            return reactive;
        var season = Seen(group, load);
        var proposal = reactive with { Load = load with { Season = season } };
        if (season?.Forecast(group.Now + Lead(group)) is not { } demand)
            return proposal with { Reason = reactive.Reason + "; there is no forecast yet" };
        if (season.Compared < NeededForecasts || season.Error > TrustedError)
            return proposal with { Reason = reactive.Reason + string.Create(CultureInfo.InvariantCulture, $"; forecasts have been wrong by {season.Error:P0} and are not followed") };

        var count = (int)Math.Floor((demand / group.SlotsPerInstance) + 0.25);
        return count <= reactive.Count
            ? proposal
            : proposal with { Count = count, Rule = "forecast", Reason = string.Create(CultureInfo.InvariantCulture, $"{demand:0.#} slots are expected to be in demand when a new instance could serve") };
    }

    /// <inheritdoc/>
    public DateTimeOffset? NextChange(GroupView group) => SeasonMemory.NextQuarter(group.Now + Lead(group)) - Lead(group);

    /// <summary>How far ahead must be looked: an instance that is ordered now serves after so long.</summary>
    private static TimeSpan Lead(GroupView group) => group.Memory.Boots.P95 + group.Monitor.Period;

    private static SeasonMemory? Seen(GroupView group, LoadMemory load)
    {
        var before = group.Memory.Load;
        if (before is null || load.At <= before.At)
            return before?.Season;
        return SeasonMemory.After(before.Season, load.Mean(1) ?? load.Running, (load.At - before.At).TotalSeconds, load.At);
    }
}
