using System.Globalization;
using ControlPlane.Core.Scaling;
using ControlPlane.Core.Scaling.Policies;
using ControlPlane.Functions.Groups;

namespace ControlPlane.Functions.Alerts;

/// <summary>
/// What alerts make of a group's demands. For each source only the newest news counts, so it comes to the same in
/// whatever order they arrive, and however often.
/// </summary>
/// <param name="Rules">The group's rules.</param>
/// <param name="Standing">How many instances the group is meant to have now.</param>
/// <param name="ReceivedAt">When the alerts came.</param>
internal sealed record AlertDemands(IReadOnlyList<AlertRule> Rules, int Standing, DateTimeOffset ReceivedAt)
{
    /// <summary>The most demands that a group has in force by alerts; further ones are not taken.</summary>
    public const int MaxInForce = 100;

    /// <summary>The most demands of alerts that are over and still kept; the oldest are forgotten first.</summary>
    public const int MaxOver = 100;

    /// <summary>The rows after the alerts.</summary>
    public IReadOnlyDictionary<string, DemandRow> Apply(IReadOnlyDictionary<string, DemandRow> rows, IEnumerable<AlertDelivery> alerts)
    {
        var after = rows.Where(row => row.Value.KeptUntil > ReceivedAt).ToDictionary(StringComparer.Ordinal);
        foreach (var alert in alerts)
        {
            if (Rules.FirstOrDefault(rule => rule.Name == alert.Rule) is not { } rule)
                continue;
            var source = $"{Demand.AlertPrefix}{rule.Name}:{alert.Fingerprint}";
            var before = after.GetValueOrDefault(source);
            var next = Next(before, source, rule, alert);
            if (before?.IsInForce(ReceivedAt) == true || !next.IsInForce(ReceivedAt) || CountInForce(after) < MaxInForce)
                after[source] = next;
        }

        var over = after.Where(row => row.Value.News is not null && !row.Value.IsInForce(ReceivedAt));
        foreach (var (source, _) in over.OrderByDescending(row => row.Value.KeptUntil).ThenBy(row => row.Key, StringComparer.Ordinal).Skip(MaxOver).ToList())
            after.Remove(source);
        return after;
    }

    private DemandRow Next(DemandRow? before, string source, AlertRule rule, AlertDelivery alert)
    {
        var news = new AlertNews(alert.StartsAt, alert.IsResolved);
        if (before?.News is { } known && known.IsNewerThan(news))
            return before;
        return alert.IsResolved ? End(before, source, news, rule) : Raise(before, source, news, rule, alert);
    }

    /// <summary>
    /// An alert that is repeated, or that fires anew while it is in force, asks for what it has asked for already. A repeat
    /// that comes too late does so too: the group may still have what the alert has added.
    /// </summary>
    private DemandRow Raise(DemandRow? before, string source, AlertNews news, AlertRule rule, AlertDelivery alert)
    {
        var held = before?.IsInForce(ReceivedAt) == true ? before.Demand : null;
        var asked = before?.News == news ? before.Demand : held;
        var count = asked?.Count ?? rule.AtLeast ?? (Standing + (rule.Add ?? 0));
        var until = ReceivedAt + rule.LongestHold;
        if (held?.Until > until)
            until = held.Until;
        var reason = string.Create(CultureInfo.InvariantCulture, $"the alert \"{alert.Title}\" fires since {alert.StartsAt:u}, by the rule \"{rule.Name}\"");
        return new DemandRow(new Demand(source, count, IsExact: false, held?.Since ?? ReceivedAt, until, reason), until + rule.LongestHold, news);
    }

    private DemandRow End(DemandRow? before, string source, AlertNews news, AlertRule rule)
    {
        if (before?.News == news)
            return before;
        var demand = before?.Demand ?? new Demand(source, 0, IsExact: false, ReceivedAt, ReceivedAt, "the alert was resolved before it was seen to fire");
        return new DemandRow(
            demand.Until > ReceivedAt ? demand with { Until = ReceivedAt } : demand,
            ReceivedAt + rule.LongestHold,
            news);
    }

    private int CountInForce(Dictionary<string, DemandRow> rows) =>
        rows.Values.Count(row => row.News is not null && row.IsInForce(ReceivedAt));
}
