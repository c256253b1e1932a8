using System.Net;
using System.Text.Json;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Api;

public sealed class ProtectionTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly TestHost _host = shared.Host;

    [Fact]
    public async Task Protect_AndUnprotect_IsShownAndReachesTheDecisions()
    {
        var (name, tag) = await AddAsync(monitor: null);
        Assert.False((await _host.GetJsonAsync($"/v1/backends/{name}")).GetProperty("isProtected").GetBoolean());

        var shown = await PostAsync(name, "protect").JsonAsync();

        Assert.True(shown.GetProperty("isProtected").GetBoolean());
        Assert.True((await _host.GetJsonAsync($"/v1/backends/{name}")).GetProperty("isProtected").GetBoolean());
        Assert.True((await PressureAsync(tag)).IsProtected);

        await PostAsync(name, "unprotect").JsonAsync();
        Assert.False((await PressureAsync(tag)).IsProtected);
    }

    [Fact]
    public async Task Protect_OneThatAMonitorStarted_IsAllowed()
    {
        var (name, tag) = await AddAsync(monitor: "watch");

        await PostAsync(name, "protect").JsonAsync();

        Assert.True((await PressureAsync(tag)).IsProtected);
    }

    [Fact]
    public async Task Protect_ThenPut_StaysProtected()
    {
        var (name, tag) = await AddAsync(monitor: null);
        await PostAsync(name, "protect").JsonAsync();

        var spec = JsonSerializer.Serialize(new { url = $"{name}:9003", tags = (string[])[tag], weight = 7 });
        await _host.Client.PutAsync(new Uri($"/v1/backends/{name}", UriKind.Relative), new StringContent(spec, null, "application/json")).TextAsync();

        Assert.True((await PressureAsync(tag)).IsProtected);
    }

    [Fact]
    public async Task Protect_NoSuchBackend_IsNotFound() => await PostAsync("nobody", "protect").ProblemAsync(404, "backend_not_found");

    [Fact]
    public async Task Protect_ChangedMeanwhile_FailsItsPrecondition()
    {
        var (name, _) = await AddAsync(monitor: null);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/backends/{name}:protect");
        request.Headers.TryAddWithoutValidation("If-Match", "\"other\"");

        await _host.Client.SendAsync(request).ProblemAsync(412, "precondition_failed");
    }

    [Fact]
    public async Task Protect_ByGet_IsNotAllowed()
    {
        using var answer = await _host.Client.GetAsync(new Uri("/v1/backends/b1:protect", UriKind.Relative));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    private async Task<(string Name, string Tag)> AddAsync(string? monitor)
    {
        var (name, tag) = (_host.NewName("p"), _host.NewName());
        var backend = Sample.Backend(name, tag) with { Monitor = monitor, Profile = TestProfiles.Steady };
        Assert.Null((await _host.Get<BackendBook>().AddAsync(backend, null, default)).Problem);
        return (name, tag);
    }

    private Task<HttpResponseMessage> PostAsync(string name, string action) =>
        _host.Client.PostAsync(new Uri($"/v1/backends/{name}:{action}", UriKind.Relative), null);

    private async Task<Core.Scaling.InstanceLoad> PressureAsync(string tag) =>
        Assert.Single((await _host.Get<PressureReader>().ReadAsync(tag, default)).Backends);
}
