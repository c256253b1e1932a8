using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ControlPlane.Functions.Tests.Site;
using ControlPlane.TestKit;

namespace ControlPlane.Functions.Tests.Api;

public class BackendResourceTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly TestHost _host = shared.Host;

    [Fact]
    public async Task Create_New_AnswersTheRowItsPlaceAndItsETag()
    {
        var name = _host.NewName();

        using var answer = await PostAsync(new { name, url = $"{name}:9003", tags = (string[])["b", "a"], weight = 2, maxJobs = 7, version = "1.2" });
        var row = await answer.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal($"/v1/backends/{name}", answer.Headers.Location?.ToString());
        Assert.Equal(answer.Headers.ETag?.ToString(), row.GetProperty("etag").GetString());
        Assert.Equal($"http://{name}:9003", row.GetProperty("url").GetString());
        Assert.Equal("[\"a\",\"b\"]", row.GetProperty("tags").GetRawText());
        Assert.Equal((2, 7, "1.2"), (row.GetProperty("weight").GetInt32(), row.GetProperty("maxJobs").GetInt32(), row.GetProperty("version").GetString()));
        Assert.Equal("Joining", row.GetProperty("state").GetString());
    }

    [Fact]
    public async Task Create_NameThatNeedsEscapes_IsFoundAtItsLocation()
    {
        var name = _host.NewName("后端 &é=");

        using var answer = await PostAsync(Spec(name, $"{_host.NewName()}:1"));
        var row = await _host.Client.GetAsync(answer.Headers.Location).JsonAsync();

        Assert.Equal(name, row.GetProperty("name").GetString());
    }

    [Fact]
    public async Task Read_KnownETag_IsNotModified()
    {
        var (name, etag) = await CreateAsync();

        using var answer = await SendAsync(HttpMethod.Get, name, null, request => request.Headers.IfNoneMatch.Add(etag));
        using var other = await SendAsync(HttpMethod.Get, name, null, request => request.Headers.IfNoneMatch.Add(new("\"other\"")));

        Assert.Equal(HttpStatusCode.NotModified, answer.StatusCode);
        Assert.Equal(etag, answer.Headers.ETag);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }

    [Fact]
    public async Task Read_Unknown_IsNotFound() =>
        await _host.Client.GetAsync(new Uri("/v1/backends/nobody", UriKind.Relative)).ProblemAsync(404, "backend_not_found");

    [Fact]
    public async Task Put_MatchingETag_ChangesTheRowAndItsETag()
    {
        var (name, etag) = await CreateAsync();

        using var answer = await SendAsync(HttpMethod.Put, name, Spec(null, $"{name}:9003", "z"), request => request.Headers.IfMatch.Add(etag));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.NotEqual(etag, answer.Headers.ETag);
        Assert.Equal("[\"z\"]", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("tags").GetRawText());
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Change_StaleETag_IsRefusedAndNothingChanges(string method)
    {
        var (name, etag) = await CreateAsync();
        using var change = await SendAsync(HttpMethod.Put, name, Spec(null, $"{name}:9003", "z"));

        await SendAsync(new HttpMethod(method), name, Spec(null, $"{name}:9003", "y"), request => request.Headers.IfMatch.Add(etag))
            .ProblemAsync(412, "precondition_failed");

        var row = await _host.GetJsonAsync($"/v1/backends/{name}");
        Assert.Equal("[\"z\"]", row.GetProperty("tags").GetRawText());
    }

    [Fact]
    public async Task Put_IfNoneMatchStar_CreatesOnlyWhatIsNotThere()
    {
        var name = _host.NewName();
        void MustBeNew(HttpRequestMessage request) => request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Any);

        using var first = await SendAsync(HttpMethod.Put, name, Spec(null, $"{name}:1"), MustBeNew);
        var second = SendAsync(HttpMethod.Put, name, Spec(null, $"{name}:1"), MustBeNew);

        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        await second.ProblemAsync(412, "precondition_failed");
    }

    [Fact]
    public async Task Put_NoCondition_CreatesThenReplaces()
    {
        var name = _host.NewName();

        using var first = await SendAsync(HttpMethod.Put, name, Spec(name, $"{name}:1"));
        using var second = await SendAsync(HttpMethod.Put, name, Spec(name, $"{name}:1", "z"));

        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
    }

    [Fact]
    public async Task Put_AnotherNameInTheBody_IsRefused()
    {
        var (name, _) = await CreateAsync();

        var problem = await SendAsync(HttpMethod.Put, name, Spec("other", $"{name}:1")).ProblemAsync(400, "invalid_request");

        Assert.Contains("name", problem.Fields.Keys);
    }

    [Theory]
    [InlineData("If-Match", "no-quotes")]
    [InlineData("If-Match", "\"a\", \"b\"")]
    [InlineData("If-None-Match", "\"a\"")]
    public async Task Put_ConditionThatCannotBeKept_IsRefused(string header, string value)
    {
        var (name, _) = await CreateAsync();

        var problem = await SendAsync(HttpMethod.Put, name, Spec(null, $"{name}:9003"), request => request.Headers.TryAddWithoutValidation(header, value))
            .ProblemAsync(400, "invalid_request");

        Assert.Contains(header, problem.Fields.Keys);
    }

    [Fact]
    public async Task Delete_Twice_IsDoneBothTimes()
    {
        var (name, _) = await CreateAsync();

        await _host.RemoveAsync(name);
        await _host.RemoveAsync(name);
    }

    [Fact]
    public async Task Create_SameKeyAndBody_GivesTheSameRow()
    {
        var name = _host.NewName();
        void Once(HttpRequestMessage request) => request.Headers.Add("Idempotency-Key", name);

        using var first = await PostAsync(Spec(name, $"{name}:1"), Once);
        using var second = await PostAsync(Spec(name, $"{name}:1"), Once);

        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        Assert.Equal(HttpStatusCode.Created, second.StatusCode);
        Assert.Equal(await IdAsync(first), await IdAsync(second));
    }

    [Fact]
    public async Task Create_SameKeyAnotherBody_IsRefused()
    {
        var name = _host.NewName();
        void Once(HttpRequestMessage request) => request.Headers.Add("Idempotency-Key", name);
        using var first = await PostAsync(Spec(name, $"{name}:1"), Once);

        await PostAsync(Spec(name + "x", $"{name}x:1"), Once).ProblemAsync(422, "idempotency_key_reused");

        await _host.Client.GetAsync(new Uri($"/v1/backends/{name}x", UriKind.Relative)).ProblemAsync(404, "backend_not_found");
    }

    [Fact]
    public async Task Create_SameKeyAtOnce_MakesOneRow()
    {
        var name = _host.NewName();

        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ =>
            PostAsync(Spec(name, $"{name}:1"), request => request.Headers.Add("Idempotency-Key", name))));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));
        Assert.Single((await Task.WhenAll(answers.Select(IdAsync))).Distinct());
    }

    [Theory]
    [InlineData("a\tb")]
    [InlineData("129")]
    public async Task Create_KeyThatCannotBeKept_IsRefused(string key)
    {
        var name = _host.NewName();
        var value = key == "129" ? new string('k', 129) : key;

        var problem = await PostAsync(Spec(name, $"{name}:1"), request => request.Headers.TryAddWithoutValidation("Idempotency-Key", value))
            .ProblemAsync(400, "invalid_request");

        Assert.Contains("Idempotency-Key", problem.Fields.Keys);
    }

    [Fact]
    public async Task List_ByTag_GivesThoseThatHaveIt()
    {
        var (name, tag) = (_host.NewName(), _host.NewName());
        using var created = await PostAsync(Spec(name, $"{name}:1", tag));

        var page = await _host.GetJsonAsync($"/v1/backends?tag={tag}");

        Assert.Equal(name, Assert.Single(page.GetProperty("value").EnumerateArray()).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Put_NewUrl_HasToProveItself()
    {
        await using var engine = await _host.StartEngineAsync(_host.NewName());

        using var answer = await SendAsync(HttpMethod.Put, engine.Name, Spec(null, $"127.0.0.1:{FreePort.Find()}"));

        Assert.Equal("Joining", (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("state").GetString());
    }

    private static object Spec(string? name, string url, string tag = "a") => new { name, url, tags = (string[])[tag], profile = TestProfiles.Steady };

    private static async Task<int> IdAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetInt32();

    private async Task<(string Name, EntityTagHeaderValue ETag)> CreateAsync()
    {
        // Never found healthy, so that only the test changes the row.
        var name = _host.NewName();
        using var answer = await PostAsync(new { name, url = $"{name}:9003", tags = (string[])["a"], profile = TestProfiles.Joining });
        return (name, answer.Headers.ETag!);
    }

    private Task<HttpResponseMessage> PostAsync(object body, Action<HttpRequestMessage>? set = null) => SendAsync(HttpMethod.Post, null, body, set);

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string? name, object? body, Action<HttpRequestMessage>? set = null)
    {
        using var request = new HttpRequestMessage(method, name is null ? "/v1/backends" : $"/v1/backends/{Uri.EscapeDataString(name)}");
        request.Content = body is null ? null : JsonContent.Create(body);
        set?.Invoke(request);
        return await _host.Client.SendAsync(request);
    }
}
