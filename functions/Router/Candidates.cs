using ControlPlane.Core.Backends;
using ControlPlane.Core.Groups;
using ControlPlane.Functions.Router.Holding;

namespace ControlPlane.Functions.Router;

/// <summary>The backends that a request's tags lead to.</summary>
/// <param name="Tags">The tags of the request.</param>
/// <param name="Line">
/// The line to wait in: those of the tags that lead anywhere, sorted. However callers write the same tags, they stand in
/// one line, and tags that nobody has make no new lines.
/// </param>
/// <param name="Ready">The backends that get work.</param>
/// <param name="Members">All backends that match, in whatever state.</param>
/// <param name="IsMonitored">Whether a monitor watches one of the tags and can bring more backends.</param>
internal sealed record Candidates(IReadOnlyList<string> Tags, string Line, Destination[] Ready, Destination[] Members, bool IsMonitored)
{
    /// <summary>The groups among them that are being upgraded or whose gate is not open; none but for such a time.</summary>
    public Group[] Changing { get; init; } = [];

    /// <summary>Whether a backend has been added and not yet been checked.</summary>
    public bool IsOneJoining => Members.Any(destination => destination.Backend.State == BackendState.Joining);

    /// <summary>Whether waiting can help although no backend is ready now.</summary>
    public bool MayComeUp => IsOneJoining
        || (IsMonitored && !Members.Any(destination => destination.Backend.State == BackendState.Unhealthy));

    /// <summary>Whether a request has to be held now.</summary>
    public bool Holds(RequestKind kind)
    {
        foreach (var group in Changing)
        {
            if (IsHeldBy(group, kind))
                return true;
        }

        return false;
    }

    /// <summary>Whether a group holds requests of a kind now.</summary>
    public static bool IsHeldBy(Group group, RequestKind kind) => group.Gate switch
    {
        Gate.Open => false,
        Gate.WritesHeld => kind != RequestKind.Read,
        _ => true,
    };
}
