using System.Net;
using ControlPlane.Core.Backends;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Api;

public sealed class RestartTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("controlplane-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task PeerDefect33_Restart_ForgetsNothing()
    {
        await using var engine = await FakeEngine.StartAsync("kept");
        string before;
        await using (var host = await TestHost.StartOnAsync(_folder.FullName))
        {
            await host.AddAsync(engine, "a,华东", maxJobs: 7, weight: 3);
            await host.RegisterAsync("removed", "removed:1", "a");
            await host.RemoveAsync("removed");
            before = await host.Client.GetStringAsync(new Uri("/v1/backends", UriKind.Relative));
        }

        await using var again = await TestHost.StartOnAsync(_folder.FullName);

        Assert.Equal(before, await again.Client.GetStringAsync(new Uri("/v1/backends", UriKind.Relative)));
        Assert.Equal("\"kept\"", await again.RunAsync("华东").TextAsync());
        await again.RegisterAsync("new", "new:1", "a");
        Assert.Equal(3, (await again.GetJsonAsync("/v1/backends/new")).GetProperty("id").GetInt32());
    }

    [Fact]
    public async Task Restart_SameIdempotencyKey_GivesTheSameRow()
    {
        await using (var host = await TestHost.StartOnAsync(_folder.FullName))
            Assert.Equal(HttpStatusCode.Created, await CreateOnceAsync(host, "one"));

        await using var again = await TestHost.StartOnAsync(_folder.FullName);

        Assert.Equal(HttpStatusCode.Created, await CreateOnceAsync(again, "one"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, await CreateOnceAsync(again, "two"));
        Assert.Equal(1, (await again.GetJsonAsync("/backend/list")).GetArrayLength());
    }

    [Fact]
    public async Task PeerDefect24_BackendRegisteredBehindTheApi_IsRoutedToWithoutACall()
    {
        await using var host = await TestHost.StartOnAsync(_folder.FullName);
        await using var engine = await FakeEngine.StartAsync("b1");
        var backend = Sample.Backend("b1", "a") with { Url = $"http://{engine.Address}", Profile = TestProfiles.Steady };

        // As the step that registers a new instance does it.
        await host.Get<Registry<Backend>>().AddAsync(backend);
        await host.Get<RegistryFeed>().RefreshAsync();

        Assert.NotNull(host.Find("b1"));
        Assert.Equal("\"b1\"", await host.RunAsync("a").TextAsync());
    }

    private static async Task<HttpStatusCode> CreateOnceAsync(TestHost host, string name)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/backends")
        {
            Content = new StringContent($$"""{"name":"{{name}}","url":"{{name}}:1","tags":["a"]}""", null, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", "the-key");
        using var answer = await host.Client.SendAsync(request);
        return answer.StatusCode;
    }
}
