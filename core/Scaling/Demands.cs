using System.Globalization;

namespace ControlPlane.Core.Scaling;

/// <summary>
/// Which of a group's demands counts, and what it does to a count. A person's exact count goes before every alert; of
/// floors the highest counts.
/// </summary>
internal static class Demands
{
    /// <summary>The demand that counts; null when none is in force. Of several exact ones it is the newest.</summary>
    public static Demand? Deciding(GroupView group)
    {
        var inForce = InForce(group).OrderBy(demand => demand.Source, StringComparer.Ordinal).ToList();
        return inForce.Where(demand => demand.IsExact).MaxBy(demand => demand.Since) ?? inForce.MaxBy(demand => demand.Count);
    }

    /// <summary>When the first demand ends by itself: the group must be looked at then. Null when none is in force.</summary>
    public static DateTimeOffset? NextEnd(GroupView group) => InForce(group).Select(demand => (DateTimeOffset?)demand.Until).Min();

    /// <summary>Brings a count to what a demand asks for.</summary>
    public static void Meet(Demand demand, Limits desired)
    {
        var name = demand.Source.StartsWith(Demand.AlertPrefix, StringComparison.Ordinal) ? "alert" : "scale";
        var how = demand.IsExact ? "exactly" : "at least";
        var reason = string.Create(CultureInfo.InvariantCulture, $"{how} {demand.Count} until {demand.Until:u}: {demand.Reason}");
        desired.AtLeast(demand.Count, name, reason);
        if (demand.IsExact)
            desired.AtMost(demand.Count, name, reason);
    }

    private static IEnumerable<Demand> InForce(GroupView group) => group.Demands.Where(demand => demand.Until > group.Now);
}
