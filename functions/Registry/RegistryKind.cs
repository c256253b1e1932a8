using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ControlPlane.Core.Backends;
using ControlPlane.Core.Groups;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Problems;
using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Http;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Registry;

/// <summary>What a registry has to know of the things that it keeps: their names, and other keys that are unique too.</summary>
/// <typeparam name="T">The thing.</typeparam>
internal sealed record RegistryKind<T>(
    string Partition,
    JsonTypeInfo<T> Json,
    Func<T, string> Name,
    Func<T, IReadOnlyList<string>> Keys,
    Func<T, int> Id,
    Func<T, int, T> WithId,
    Func<T, Problem> NameTaken,
    Func<T, TakenKey, Problem> KeyTaken,
    Func<Identity, Problem> NoSuch)
    where T : class
{
    public Problem NotFound(string name) => NoSuch(new Identity(null, name));

    /// <summary>Whether two are the same by what would be stored: records that hold lists are never equal to a copy.</summary>
    public bool IsSame(T one, T other) => ReferenceEquals(one, other) || JsonSerializer.Serialize(one, Json) == JsonSerializer.Serialize(other, Json);
}

/// <summary>A key that another thing has.</summary>
internal sealed record TakenKey(string Key, string Owner);

internal static class RegistryKinds
{
    public static RegistryKind<Backend> Backends { get; } = new(
        "backend",
        ControlPlaneJson.Default.Backend,
        backend => backend.Name,
        backend => [backend.Url],
        backend => backend.Id,
        (backend, id) => backend with { Id = id },
        backend => new(ProblemCodes.NameTaken, $"A backend named \"{backend.Name}\" is there already. Choose another name, or remove that one first.")
        {
            Errors = [new("name", "is taken.")],
        },
        (backend, taken) => new(ProblemCodes.UrlTaken, $"The backend \"{taken.Owner}\" has the url {backend.Url} already. Change its tags instead, or remove it first.")
        {
            Errors = [new("url", $"is taken by \"{taken.Owner}\".")],
        },
        identity => new(ProblemCodes.BackendNotFound, $"There is no backend {identity}. GET /backend/list lists them."));

    public static RegistryKind<Monitor> Monitors { get; } = new(
        "monitor",
        ControlPlaneJson.Default.Monitor,
        monitor => monitor.Name,
        monitor => [monitor.Tag],
        monitor => monitor.Id,
        (monitor, id) => monitor with { Id = id },
        monitor => new(ProblemCodes.NameTaken, $"A monitor named \"{monitor.Name}\" is there already. Choose another name, or remove that one first.")
        {
            Errors = [new("name", "is taken.")],
        },
        (monitor, taken) => new(ProblemCodes.TagTaken, $"The monitor \"{taken.Owner}\" watches the tag \"{monitor.Tag}\" already. Change that one instead.")
        {
            Errors = [new("tag", $"is watched by \"{taken.Owner}\".")],
        },
        identity => new(ProblemCodes.MonitorNotFound, $"There is no monitor {identity}. GET /monitor/list lists them."));

    /// <summary>Names of slots are unique among all pools: leases and machines are found by them.</summary>
    public static RegistryKind<Pool> Pools { get; } = new(
        "pool",
        ControlPlaneJson.Default.Pool,
        pool => pool.Name,
        pool => [.. pool.Slots.Select(slot => slot.Name)],
        pool => pool.Id,
        (pool, id) => pool with { Id = id },
        pool => new(ProblemCodes.NameTaken, $"A pool named \"{pool.Name}\" is there already. Choose another name, or change that one.")
        {
            Errors = [new("name", "is taken.")],
        },
        (_, taken) => new(ProblemCodes.NameTaken, $"The pool \"{taken.Owner}\" has a slot named \"{taken.Key}\" already. Names of slots are unique among all pools.")
        {
            Errors = [new("name", $"\"{taken.Key}\" is taken by a slot of \"{taken.Owner}\".")],
        },
        identity => new(ProblemCodes.PoolNotFound, $"There is no pool {identity}. GET /v1/pools lists them."));

    public static RegistryKind<Budget> Budgets { get; } = new(
        "budget",
        ControlPlaneJson.Default.Budget,
        budget => budget.Name,
        _ => [],
        budget => budget.Id,
        (budget, id) => budget with { Id = id },
        budget => new(ProblemCodes.NameTaken, $"A budget named \"{budget.Name}\" is there already. Choose another name, or change that one.")
        {
            Errors = [new("name", "is taken.")],
        },
        (_, taken) => throw new InvalidOperationException($"A budget has no key but its name, and {taken.Owner} has {taken.Key}."),
        identity => new(ProblemCodes.BudgetNotFound, $"There is no budget {identity}. GET /v1/budgets lists them."));

    public static RegistryKind<Upgrade> Upgrades { get; } = new(
        "upgrade",
        ControlPlaneJson.Default.Upgrade,
        upgrade => upgrade.Name,
        _ => [],
        upgrade => upgrade.Id,
        (upgrade, id) => upgrade with { Id = id },
        upgrade => new(ProblemCodes.UpgradeInProgress, $"An upgrade named \"{upgrade.Name}\" was started within this second."),
        (_, taken) => throw new InvalidOperationException($"An upgrade has no key but its name, and {taken.Owner} has {taken.Key}."),
        identity => new(ProblemCodes.UpgradeNotFound, $"There is no upgrade {identity}. GET /v1/upgrades lists them."));

    /// <summary>What groups serve from. A row comes with a group's first upgrade.</summary>
    public static RegistryKind<Group> Groups { get; } = new(
        "group",
        ControlPlaneJson.Default.Group,
        group => group.Tag,
        _ => [],
        group => group.Id,
        (group, id) => group with { Id = id },
        group => new(ProblemCodes.NameTaken, $"The group \"{group.Tag}\" has been written meanwhile."),
        (_, taken) => throw new InvalidOperationException($"A group has no key but its tag, and {taken.Owner} has {taken.Key}."),
        identity => new(ProblemCodes.GroupNotFound, $"There is no group {identity} that was ever upgraded."));
}
