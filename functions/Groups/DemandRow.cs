using ControlPlane.Core.Scaling;

namespace ControlPlane.Functions.Groups;

/// <summary>A demand as it is stored. One that is over stays for a while: late news of the same alert must not raise it again.</summary>
/// <param name="Demand">What is asked for.</param>
/// <param name="KeptUntil">When the row may be forgotten.</param>
/// <param name="News">The newest that the alert has said of itself; null for what a person asks for.</param>
internal sealed record DemandRow(Demand Demand, DateTimeOffset KeptUntil, AlertNews? News = null)
{
    public bool IsInForce(DateTimeOffset now) => Demand.Until > now;
}

/// <summary>What an alert says of itself. An alert that fires again begins anew, so these are in order, however they arrive.</summary>
/// <param name="StartsAt">When it began to fire.</param>
/// <param name="IsResolved">Whether that has ended.</param>
internal sealed record AlertNews(DateTimeOffset StartsAt, bool IsResolved)
{
    public bool IsNewerThan(AlertNews other) =>
        StartsAt > other.StartsAt || (StartsAt == other.StartsAt && IsResolved && !other.IsResolved);
}
