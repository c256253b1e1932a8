using System.Net;
using System.Text.Json;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Api;

/// <summary>The registry as the seed's users call it. Answers that the peer gives well are held to the byte.</summary>
public class SeedBackendTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private const string Success = """{"msg":"success"}""";

    private readonly TestHost _host = shared.Host;

    [Fact]
    public async Task Add_AsTheSeedDoes_AnswersSuccess()
    {
        var (name, tag) = (_host.NewName(), _host.NewName());

        using var answer = await _host.PostAsync("/backend/add", $"url={name}:9003&tag={tag},jack&name={name}");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal(Success, await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("tag=%TAG%")]
    [InlineData("tags=%TAG%")]
    [InlineData("tag=%TAG%&action=/backend/add&context.__default__include_fetch_url__=x&context.owner=y")]
    [InlineData("tag=%TAG%&id=4711&ecsResourcePoolId=5")]
    public async Task Add_FieldsOfThePeersConsole_AreLetThrough(string rest)
    {
        var (name, tag) = (_host.NewName(), _host.NewName());

        var text = await _host.PostAsync("/backend/add", $"name={name}&url={name}:1&{rest.Replace("%TAG%", tag, StringComparison.Ordinal)}").TextAsync();

        Assert.Equal(Success, text);
        var row = Assert.Single((await _host.GetJsonAsync($"/backend/list?tag={tag}")).EnumerateArray());
        Assert.NotEqual(4711, row.GetProperty("id").GetInt32());
        Assert.Equal(-1, row.GetProperty("ecsResourcePoolId").GetInt32());
    }

    [Fact]
    public async Task Add_ParametersInTheQueryOfAPost_Count()
    {
        var (name, tag) = (_host.NewName(), _host.NewName());

        await _host.PostAsync($"/backend/add?name={name}&tag={tag}", $"url={name}:1").TextAsync();

        Assert.Single((await _host.GetJsonAsync($"/backend/list?tag={tag}")).EnumerateArray());
    }

    [Fact]
    public async Task Add_TagsGivenTwice_AreOneList()
    {
        var (name, one, two) = (_host.NewName(), _host.NewName(), _host.NewName());

        await _host.PostAsync($"/backend/add?tag={one}", $"name={name}&url={name}:1&tag={two}").TextAsync();

        Assert.Equal([one, two], await TagsAsync(name));
    }

    [Fact]
    public async Task Add_JsonBody_IsRead()
    {
        var (name, tag) = (_host.NewName(), _host.NewName());
        using var body = new StringContent($$"""{"name":"{{name}}","url":"{{name}}:1","tag":["{{tag}}","读"]}""", null, "application/json");

        await _host.Client.PostAsync(new Uri("/backend/add", UriKind.Relative), body).TextAsync();

        Assert.Equal([tag, "读"], await TagsAsync(name));
    }

    [Fact]
    public async Task List_ByTag_GivesThePeersFields()
    {
        var (name, tag) = (_host.NewName(), _host.NewName());
        await AddAsync(name, $"{tag},jack");

        var row = Assert.Single((await _host.GetJsonAsync($"/backend/list?tag={tag},nobody")).EnumerateArray());

        Assert.True(row.GetProperty("id").GetInt32() > 0);
        Assert.Equal(name, row.GetProperty("name").GetString());
        Assert.Equal($"{name}:9003", row.GetProperty("url").GetString());
        Assert.Equal($"jack,{tag}", row.GetProperty("tag").GetString());
        Assert.Equal(["jack", tag], row.GetProperty("tags").EnumerateArray().Select(one => one.GetString()!));
        Assert.Equal(-1, row.GetProperty("ecsResourcePoolId").GetInt32());
        Assert.Equal("Joining", row.GetProperty("state").GetString());
    }

    [Fact]
    public async Task List_NoTag_GivesAllInTheOrderOfTheirIds()
    {
        var (first, second) = (_host.NewName("z"), _host.NewName("a"));
        await AddAsync(first, "x");
        await AddAsync(second, "x");

        var names = (await NamesAsync("/backend/list")).ToList();

        Assert.True(names.IndexOf(first) >= 0 && names.IndexOf(first) < names.IndexOf(second), string.Join(",", names));
    }

    [Theory]
    [InlineData("/backend/list?tag=nobody-has-this")]
    [InlineData("/backend/list?tags=nobody-has-this")]
    [InlineData("/backend/list?tag=nobody-has-this&context.owner=x&action=/backend/list")]
    [InlineData("/backend/list/names?names=nobody")]
    public async Task List_NothingFits_GivesAnEmptyArray(string path) =>
        Assert.Equal("[]", await _host.Client.GetAsync(new Uri(path, UriKind.Relative)).TextAsync());

    [Fact]
    public async Task List_ByPost_WorksToo()
    {
        var (name, tag) = (_host.NewName(), _host.NewName());
        await AddAsync(name, tag);

        Assert.Single((await _host.PostAsync("/backend/list", $"tag={tag}").JsonAsync()).EnumerateArray());
    }

    [Fact]
    public async Task ListNames_OrderDuplicatesAndUnknown_AsThePeerDoes()
    {
        var (one, two) = (_host.NewName(), _host.NewName());
        await AddAsync(one, "x");
        await AddAsync(two, "x");

        Assert.Equal([two, one, two], await NamesAsync($"/backend/list/names?names={two},unknown,{one},{two}"));
    }

    [Fact]
    public async Task NameCheck_TakenAndFree_AnswersBooleans()
    {
        var name = _host.NewName();
        await AddAsync(name, "x");

        Assert.Equal("""{"msg":true}""", await _host.PostAsync("/backend/name/check", $"name={name}").TextAsync());
        Assert.Equal("""{"msg":false}""", await _host.PostAsync("/backend/name/check", "name=free").TextAsync());
    }

    [Theory]
    [InlineData("", "b,c", "b,c")]
    [InlineData("&merge=overwrite", "b", "b")]
    [InlineData("&merge=append", "b", "a,b")]
    [InlineData("&merge=append", "a", "a")]
    [InlineData("&merge=merge", "c,b", "a,b,c")]
    public async Task TagsUpdate_ByName_OverwritesOrAppends(string merge, string tags, string expected)
    {
        var name = _host.NewName();
        await AddAsync(name, "a");

        var text = await _host.PostAsync("/backend/tags/update", $"name={name}&tags={tags}{merge}").TextAsync();

        Assert.Equal(Success, text);
        Assert.Equal(expected, string.Join(",", await TagsAsync(name)));
    }

    [Fact]
    public async Task TagsUpdate_ById_GoesBeforeTheName()
    {
        var (meant, other) = (_host.NewName(), _host.NewName());
        await AddAsync(meant, "a");
        await AddAsync(other, "a");

        await _host.PostAsync("/backend/tags/update", $"id={await IdAsync(meant)}&name={other}&tags=z").TextAsync();

        Assert.Equal(["z"], await TagsAsync(meant));
        Assert.Equal(["a"], await TagsAsync(other));
    }

    [Fact]
    public async Task PeerDefect16_TagOrTagsForAnUpdate_BothAreUnderstood()
    {
        var name = _host.NewName();
        await AddAsync(name, "a");

        await _host.PostAsync("/backend/tags/update", $"name={name}&tag=b").TextAsync();

        Assert.Equal(["b"], await TagsAsync(name));
    }

    [Theory]
    [InlineData("/backend/remove", "name=nobody")]
    [InlineData("/backend/remove", "id=999999")]
    [InlineData("/backend/tags/update", "name=nobody&tags=a")]
    [InlineData("/backend/tags/update", "id=999999&tags=a")]
    public async Task PeerDefect16_UnknownNameOrId_IsNotFoundAndNoCrash(string path, string form)
    {
        var problem = await _host.PostAsync(path, form).ProblemAsync(404, "backend_not_found");

        Assert.Contains(form.StartsWith("name", StringComparison.Ordinal) ? "nobody" : "999999", problem.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name")]
    [InlineData("id")]
    public async Task Remove_ByNameOrId_AnswersSuccessAndIsGone(string by)
    {
        var name = _host.NewName();
        await AddAsync(name, "x");
        var identity = by == "name" ? name : $"{await IdAsync(name)}";

        Assert.Equal(Success, await _host.PostAsync("/backend/remove", $"{by}={identity}").TextAsync());

        Assert.Empty(await NamesAsync($"/backend/list/names?names={name}"));
        Assert.Null(_host.Find(name));
    }

    [Fact]
    public async Task Active_SomeAdded_CountsTheirJobs()
    {
        var name = _host.NewName();
        await AddAsync(name, "x");

        Assert.Equal(0, (await _host.GetJsonAsync("/backend/active")).GetProperty(name).GetInt32());
    }

    [Fact]
    public async Task PeerDefect19_FieldsOfTheRow_CannotBeSetFromOutside()
    {
        var name = _host.NewName();

        foreach (var field in (string[])["state=ready", "monitor=m", "stateReason=x", "etag=x", "Id=1"])
            await _host.PostAsync("/backend/add", $"name={name}&url={name}:1&tag=a&{field}").ProblemAsync(400, "invalid_request");

        Assert.Empty(await NamesAsync($"/backend/list/names?names={name}"));
    }

    private Task<string> AddAsync(string name, string tag) => _host.PostAsync("/backend/add", $"name={name}&url={name}:9003&tag={tag}").TextAsync();

    private async Task<IEnumerable<string>> NamesAsync(string path) =>
        (await _host.GetJsonAsync(path)).EnumerateArray().Select(row => row.GetProperty("name").GetString()!);

    private async Task<JsonElement> RowAsync(string name) =>
        Assert.Single((await _host.GetJsonAsync($"/backend/list/names?names={name}")).EnumerateArray());

    private async Task<int> IdAsync(string name) => (await RowAsync(name)).GetProperty("id").GetInt32();

    private async Task<string[]> TagsAsync(string name) =>
        [.. (await RowAsync(name)).GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!)];
}
