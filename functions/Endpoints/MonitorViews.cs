using ControlPlane.Core.Instances;
using ControlPlane.Core.Monitors;
using ControlPlane.Core.Scaling;
using ControlPlane.Core.Scaling.Policies;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Registry;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Endpoints;

/// <summary>A monitor in the shape of the seed's API.</summary>
internal sealed record SeedMonitor(
    int Id, string Name, string Tag, int MinInstances, int MaxInstances, string AllocateType, string AllocateStrategy, string State)
{
    public static SeedMonitor From(Monitor monitor) => new(
        monitor.Id, monitor.Name, monitor.Tag, monitor.Min, monitor.Max, monitor.Pool ?? monitor.Provider, monitor.Strategy, MonitorView.StateOf(monitor));
}

/// <summary>A monitor as a resource.</summary>
internal sealed record MonitorView(
    int Id,
    string Name,
    string Tag,
    int MinInstances,
    int MaxInstances,
    string AllocateType,
    string AllocateStrategy,
    string Profile,
    double PeriodSeconds,
    int Samples,
    double DrainDeadlineSeconds,
    PolicySpec? Policy,
    Pause? Pause,
    DatabaseSpec? Database,
    string State,
    string Etag)
{
    public static MonitorView From(Row<Monitor> row) => From(row.Value, ETags.Quote(row.ETag));

    public static MonitorView From(Monitor monitor, string etag) => new(
        monitor.Id,
        monitor.Name,
        monitor.Tag,
        monitor.Min,
        monitor.Max,
        monitor.Pool ?? monitor.Provider,
        monitor.Strategy,
        monitor.Profile,
        monitor.Period.TotalSeconds,
        monitor.Samples,
        monitor.DrainDeadline.TotalSeconds,
        monitor.Policy is { } policy ? PolicySpec.From(policy) : null,
        monitor.Policy?.Pause,
        monitor.Database is { } use ? DatabaseSpec.From(use) : null,
        StateOf(monitor),
        etag);

    public static string StateOf(Monitor monitor) => monitor.IsRemoving ? "removing" : "active";
}

/// <summary>A group: what it is asked to do, what it has, what was decided last, and which side serves.</summary>
internal sealed record GroupOverview(
    string Tag,
    string? Monitor,
    int? Min,
    int? Max,
    int? Target,
    int Ready,
    int Starting,
    int Leaving,
    Pressure Pressure,
    IReadOnlyList<Instance> Instances,
    Decision? LastDecision,
    LastLookView? LastLook,
    ServingView Serving);

/// <summary>
/// When this process last looked at the group. Decisions that say the same again are not stored, so this can be much later
/// than the last decision; where several processes share the work, it is what this one knows.
/// </summary>
/// <param name="At">When.</param>
/// <param name="Next">When it will be looked at next, unless it is woken.</param>
/// <param name="IsAsleep">Whether the group is calm, and is left alone for longer than its period.</param>
internal sealed record LastLookView(DateTimeOffset At, DateTimeOffset Next, bool IsAsleep)
{
    public static LastLookView? From(Look? look) => look is null ? null : new(look.At, look.Next, look.IsAsleep);
}
