using ControlPlane.Core.Profiles;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Profiles;

namespace ControlPlane.Functions.Endpoints;

/// <summary>The engine profiles: <c>/v1/profiles</c>.</summary>
internal sealed class ProfileEndpoints(ProfileSet profiles, ProviderSet providers) : IEndpointGroup
{
    public void Map(IEndpointRouteBuilder app) => app.MapCalls("/v1/profiles", Call.Get(ListAsync));

    private Task<Reply> ListAsync(HttpContext context) =>
        Task.FromResult(Reply.Json(new Page<ProfileView>([.. profiles.All.Select(View)]), ControlPlaneJson.Default.PageProfileView));

    private ProfileView View(EngineProfile profile) => new(
        profile.Name,
        profile.Description,
        profile.MaxJobs,
        profile.Health.Path,
        [.. providers.All.Where(provider => provider.CanStart(profile)).Select(provider => provider.Name).Order(StringComparer.Ordinal)]);
}

/// <summary>An engine profile in a list.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">One sentence for people.</param>
/// <param name="MaxJobs">Jobs that an instance runs at once.</param>
/// <param name="HealthPath">Where its health is asked for; null when only the port is tried.</param>
/// <param name="Providers">The providers that can start its instances.</param>
internal sealed record ProfileView(string Name, string Description, int MaxJobs, string? HealthPath, IReadOnlyList<string> Providers);
