using System.Text.Json.Serialization.Metadata;
using ControlPlane.Core.Backends;
using ControlPlane.Core.Problems;
using ControlPlane.Functions.Http;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Registry;

/// <summary>What a registry has to know of the things that it keeps: their names, and a second key that is unique too.</summary>
/// <typeparam name="T">The thing.</typeparam>
internal sealed record RegistryKind<T>(
    string Partition,
    JsonTypeInfo<T> Json,
    Func<T, string> Name,
    Func<T, string> SecondKey,
    Func<T, int> Id,
    Func<T, int, T> WithId,
    Func<T, Problem> NameTaken,
    Func<T, string, Problem> SecondKeyTaken,
    Func<Identity, Problem> NoSuch)
    where T : class
{
    public Problem NotFound(string name) => NoSuch(new Identity(null, name));
}

internal static class RegistryKinds
{
    public static RegistryKind<Backend> Backends { get; } = new(
        "backend",
        ControlPlaneJson.Default.Backend,
        backend => backend.Name,
        backend => backend.Url,
        backend => backend.Id,
        (backend, id) => backend with { Id = id },
        backend => new(ProblemCodes.NameTaken, $"A backend named \"{backend.Name}\" is there already. Choose another name, or remove that one first.")
        {
            Errors = [new("name", "is taken.")],
        },
        (backend, other) => new(ProblemCodes.UrlTaken, $"The backend \"{other}\" has the url {backend.Url} already. Change its tags instead, or remove it first.")
        {
            Errors = [new("url", $"is taken by \"{other}\".")],
        },
        identity => new(ProblemCodes.BackendNotFound, $"There is no backend {identity}. GET /backend/list lists them."));

    public static RegistryKind<Monitor> Monitors { get; } = new(
        "monitor",
        ControlPlaneJson.Default.Monitor,
        monitor => monitor.Name,
        monitor => monitor.Tag,
        monitor => monitor.Id,
        (monitor, id) => monitor with { Id = id },
        monitor => new(ProblemCodes.NameTaken, $"A monitor named \"{monitor.Name}\" is there already. Choose another name, or remove that one first.")
        {
            Errors = [new("name", "is taken.")],
        },
        (monitor, other) => new(ProblemCodes.TagTaken, $"The monitor \"{other}\" watches the tag \"{monitor.Tag}\" already. Change that one instead.")
        {
            Errors = [new("tag", $"is watched by \"{other}\".")],
        },
        identity => new(ProblemCodes.MonitorNotFound, $"There is no monitor {identity}. GET /monitor/list lists them."));
}
