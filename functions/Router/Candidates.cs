using ControlPlane.Core.Backends;

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
    /// <summary>Whether waiting can help although no backend is ready now.</summary>
    public bool MayComeUp => Members.Any(destination => destination.Backend.State == BackendState.Joining)
        || (IsMonitored && !Members.Any(destination => destination.Backend.State == BackendState.Unhealthy));
}
