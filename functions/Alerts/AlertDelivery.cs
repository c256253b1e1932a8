namespace ControlPlane.Functions.Alerts;

/// <summary>An alert on its way to a group: one of the group's rules matches it.</summary>
/// <param name="Monitor">The monitor whose rule it is.</param>
/// <param name="Tag">Its group.</param>
/// <param name="Rule">The rule's name.</param>
/// <param name="Fingerprint">The alert's fingerprint.</param>
/// <param name="Title">What people call the alert.</param>
/// <param name="StartsAt">When it began to fire.</param>
/// <param name="IsResolved">Whether it has stopped.</param>
internal sealed record AlertDelivery(
    string Monitor, string Tag, string Rule, string Fingerprint, string Title, DateTimeOffset StartsAt, bool IsResolved);

/// <summary>Alerts that are handled together.</summary>
/// <param name="ReceivedAt">When they came. What they ask for counts from here, however late they are handled.</param>
/// <param name="Deliveries">The alerts.</param>
internal sealed record AlertBatch(DateTimeOffset ReceivedAt, IReadOnlyList<AlertDelivery> Deliveries)
{
    /// <summary>The most in one batch: some 30 KiB, which every host takes as the input of an orchestration.</summary>
    public const int MaxDeliveries = 100;
}
