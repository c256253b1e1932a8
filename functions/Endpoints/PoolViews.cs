using ControlPlane.Core.Pools;

namespace ControlPlane.Functions.Endpoints;

/// <summary>A pool as a resource, with what is in its slots now. The ETag is that of the pool, not of what is in it.</summary>
internal sealed record PoolView(string Name, string Provider, bool IsBuiltIn, IReadOnlyList<SlotView> Slots, string? Etag);

/// <summary>A slot of a pool.</summary>
internal sealed record SlotView(
    int Id,
    string Name,
    string State,
    string? Owner,
    int Priority,
    int Cores,
    decimal CostPerHour,
    bool IsLendable,
    double RecallDeadlineSeconds,
    HostView? Host,
    string? HostLabel,
    LeaseView? Lease,
    QuarantineView? Failures)
{
    public static SlotView From(Slot slot, Occupancy occupancy, DateTimeOffset now)
    {
        var lease = occupancy.Of(slot.Name, now);
        var health = occupancy.Health.GetValueOrDefault(slot.Name);
        var state = lease is { Instance: not null } ? "leased" : lease is not null ? "kept" : health?.IsQuarantinedAt(now) == true ? "quarantined" : "free";
        return new(
            slot.Id,
            slot.Name,
            state,
            slot.Owner,
            slot.Priority,
            slot.Cores,
            slot.CostPerHour,
            slot.IsLendable,
            slot.RecallDeadline.TotalSeconds,
            slot.Host is null ? null : HostView.From(slot.Host),
            slot.HostLabel,
            lease is null ? null : new LeaseView(lease.Instance, lease.Tag, lease.Since, lease.LentBy, lease.RecallBy, lease.KeptUntil),
            health is null ? null : new QuarantineView(health.Failures, health.Reason, health.FailedAt, health.QuarantinedUntil));
    }
}

/// <summary>
/// A machine. The path of its key is left out: whoever reads this needs no key of the control plane's, and where those lie
/// helps only one who is after them.
/// </summary>
internal sealed record HostView(
    string Ip,
    int Port,
    string LoginUser,
    string? ExecuteUser,
    string? SparkHome,
    string? MlsqlHome,
    IReadOnlyDictionary<string, string> MlsqlConfig,
    string? HostKey)
{
    public static HostView From(SshHost host) => new(
        host.Ip, host.Port, host.LoginUser, host.ExecuteUser, host.SparkHome, host.MlsqlHome, host.MlsqlConfig, host.HostKey);
}

/// <summary>What is in a slot, or whom it is kept for.</summary>
internal sealed record LeaseView(string? Instance, string Tag, DateTimeOffset Since, string? LentBy, DateTimeOffset? RecallBy, DateTimeOffset? KeptUntil);

/// <summary>What went wrong in a slot, and until when it is not leased for that.</summary>
internal sealed record QuarantineView(int Count, string Reason, DateTimeOffset At, DateTimeOffset? QuarantinedUntil);

/// <summary>A budget as a resource, with what is in use of it.</summary>
internal sealed record BudgetView(
    string Name, IReadOnlyList<string> Tags, int? MaxInstances, int? MaxCores, decimal? MaxCostPerHour, BudgetUse InUse, string Etag)
{
    public static BudgetView From(Budget budget, BudgetUse use, string etag) =>
        new(budget.Name, [.. budget.Tags], budget.MaxInstances, budget.MaxCores, budget.MaxCostPerHour, use, etag);
}

/// <summary>
/// A machine in the shape of the seed's API, without the peer's <c>keyPath</c>: it showed to anybody where private keys lie.
/// </summary>
internal sealed record SeedSlot(
    int Id,
    string Name,
    string LoginUser,
    string ExecuteUser,
    string Ip,
    string Host,
    string SparkHome,
    string MlsqlHome,
    string MlsqlConfig,
    string InUse,
    string Tag)
{
    public static SeedSlot From(Slot slot, SshHost host, bool isInUse, string config) => new(
        slot.Id,
        slot.Name,
        host.LoginUser,
        host.ExecuteUser ?? host.LoginUser,
        host.Ip,
        slot.HostLabel ?? "",
        host.SparkHome ?? "",
        host.MlsqlHome ?? "",
        config,
        isInUse ? "in_use" : "not_in_use",
        slot.Owner ?? "");
}
