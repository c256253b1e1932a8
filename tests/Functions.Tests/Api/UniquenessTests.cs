using System.Net;
using System.Net.Http.Json;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Api;

public class UniquenessTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private const int Many = 200;

    private readonly TestHost _host = shared.Host;

    [Fact]
    public async Task PeerDefect15_OneNameAddedManyTimesAtOnce_ExactlyOneWins()
    {
        var name = _host.NewName();

        var answers = await Task.WhenAll(Enumerable.Range(0, Many).Select(i =>
            _host.PostAsync(i % 2 == 0 ? "/backend/add" : "/backend/add?version=1", $"name={name}&url={name}-{i}:9003&tag=a")));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        foreach (var loser in answers.Where(answer => answer.StatusCode != HttpStatusCode.OK))
            Assert.Contains("name", (await Task.FromResult(loser).ProblemAsync(409, "name_taken")).Fields.Keys);
        Assert.Single((await _host.GetJsonAsync("/backend/list")).EnumerateArray(), row => row.GetProperty("name").GetString() == name);
    }

    [Fact]
    public async Task Add_ManyNamesAtOnce_AllWinWithIdsOfTheirOwn()
    {
        var tag = _host.NewName();

        var texts = await Task.WhenAll(Enumerable.Range(0, Many).Select(i =>
            _host.PostAsync("/backend/add", $"name={tag}-{i}&url={tag}-{i}:9003&tag={tag}").TextAsync()));

        var rows = (await _host.GetJsonAsync($"/backend/list?tag={tag}")).EnumerateArray().ToList();
        Assert.Equal(Many, texts.Length);
        Assert.Equal(Many, rows.Select(row => row.GetProperty("name").GetString()).Distinct().Count());
        Assert.Equal(Many, rows.Select(row => row.GetProperty("id").GetInt32()).Distinct().Count());
    }

    [Fact]
    public async Task PeerDefect15_SameUrlUnderAnotherName_IsRefusedAndSaysWhoHasIt()
    {
        var (one, two) = (_host.NewName(), _host.NewName());
        await _host.PostAsync("/backend/add", $"name={one}&url={one}:9003&tag=a").TextAsync();

        var problem = await _host.PostAsync("/backend/add", $"name={two}&url=http://{one.ToUpperInvariant()}:9003/&tag=a").ProblemAsync(409, "url_taken");

        Assert.Contains($"\"{one}\"", problem.Detail, StringComparison.Ordinal);
        Assert.Contains("url", problem.Fields.Keys);
        Assert.Equal("[]", await _host.Client.GetStringAsync(new Uri($"/backend/list/names?names={two}", UriKind.Relative)));
    }

    [Fact]
    public async Task Put_UrlOfAnother_IsRefusedAndChangesNothing()
    {
        var (one, two) = (_host.NewName(), _host.NewName());
        await _host.RegisterAsync(one, $"{one}:1", "a");
        await _host.RegisterAsync(two, $"{two}:1", "a");

        await _host.Client.PutAsJsonAsync($"/v1/backends/{two}", new { url = $"{one}:1", tags = (string[])["b"] }).ProblemAsync(409, "url_taken");

        var row = await _host.GetJsonAsync($"/v1/backends/{two}");
        Assert.Equal($"http://{two}:1", row.GetProperty("url").GetString());
        Assert.Equal("[\"a\"]", row.GetProperty("tags").GetRawText());
    }

    [Fact]
    public async Task Remove_ThenAddAgain_IsFreeAndGetsANewId()
    {
        var name = _host.NewName();
        await _host.RegisterAsync(name, $"{name}:1", "a");
        var before = await IdAsync(name);

        await _host.RemoveAsync(name);
        await _host.RegisterAsync(name, $"{name}:1", "a");

        Assert.True(await IdAsync(name) > before);
    }

    [Fact]
    public async Task Put_UrlChangesToAndFro_FreesTheOldOne()
    {
        var (one, two) = (_host.NewName(), _host.NewName());
        await _host.RegisterAsync(one, $"{one}:1", "a");

        await _host.Client.PutAsJsonAsync($"/v1/backends/{one}", new { url = $"{one}:2", tags = (string[])["a"] }).TextAsync();
        await _host.RegisterAsync(two, $"{one}:1", "a");

        await _host.Client.PutAsJsonAsync($"/v1/backends/{one}", new { url = $"{one}:1", tags = (string[])["a"] }).ProblemAsync(409, "url_taken");
    }

    private async Task<int> IdAsync(string name) => (await _host.GetJsonAsync($"/v1/backends/{name}")).GetProperty("id").GetInt32();
}
