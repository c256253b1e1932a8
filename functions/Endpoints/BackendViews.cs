using ControlPlane.Core.Backends;
using ControlPlane.Functions.Http;

namespace ControlPlane.Functions.Endpoints;

/// <summary>The answer of a change in the seed's API.</summary>
internal sealed record Message(string Msg)
{
    /// <summary>What every change that was made answers.</summary>
    public static Reply Reply { get; } = Reply.Json(new Message("success"), ControlPlaneJson.Default.Message);
}

/// <summary>The answer of <c>/backend/name/check</c>: whether the name is taken.</summary>
internal sealed record NameCheck(bool Msg);

/// <summary>A backend in the shape of the seed's API, and what else is worth knowing.</summary>
internal sealed record SeedBackend(
    int Id, string Name, string Url, string Tag, IReadOnlyList<string> Tags, int EcsResourcePoolId, BackendState State, string? Monitor)
{
    private const string Http = "http://";

    /// <summary>Plain http backends are shown as host:port, as the seed's users write them. No pool made them: -1.</summary>
    public static SeedBackend From(Backend backend) => new(
        backend.Id,
        backend.Name,
        backend.Url.StartsWith(Http, StringComparison.Ordinal) ? backend.Url[Http.Length..] : backend.Url,
        backend.Tags.ToString(),
        [.. backend.Tags],
        -1,
        backend.State,
        backend.Monitor);
}

/// <summary>A page of a list.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Value, string? NextLink = null);

/// <summary>A backend as a resource.</summary>
internal sealed record BackendView(
    int Id,
    string Name,
    string Url,
    TagSet Tags,
    string Profile,
    BackendState State,
    string? StateReason,
    DateTimeOffset StateSince,
    int Weight,
    int? MaxJobs,
    string? Version,
    string? Monitor,
    bool IsProtected,
    int InFlight,
    string Etag);
