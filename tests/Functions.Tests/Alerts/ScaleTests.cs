using System.Net;
using System.Text.Json.Nodes;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Alerts;

/// <summary>The groups' watches look once an hour: what is decided here was woken.</summary>
public sealed class ScaleTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly TestHost _host = shared.Host;

    [Fact]
    public async Task Scale_Sample_IsStoredAndDecidedAtOnce()
    {
        var group = await AlertGroup.AddAsync(_host, _host.NewName());

        var demand = await group.SendAsync(HttpMethod.Post, ":scale", Samples.Scale).JsonAsync(HttpStatusCode.Accepted);

        Assert.Equal(("scale", 3, true), (demand.GetProperty("source").GetString(), demand.GetProperty("count").GetInt32(), demand.GetProperty("isExact").GetBoolean()));
        Assert.Equal(900, (demand.GetProperty("until").GetDateTimeOffset() - demand.GetProperty("since").GetDateTimeOffset()).TotalSeconds);
        Assert.EndsWith(": the quarter's reports", demand.GetProperty("reason").GetString(), StringComparison.Ordinal);
        await group.DecidedAsync("scale", 3);
    }

    [Theory]
    [InlineData("DELETE", ":scale")]
    [InlineData("POST", ":unscale")]
    public async Task Unscale_TakesItBackAtOnce(string method, string action)
    {
        var group = await AlertGroup.AddAsync(_host, _host.NewName());
        await group.SendAsync(HttpMethod.Post, ":scale", """{"count":4,"atLeast":true}""").TextAsync(HttpStatusCode.Accepted);
        await group.DecidedAsync("scale", 4);

        await group.SendAsync(new HttpMethod(method), action).TextAsync(HttpStatusCode.NoContent);
        await group.SendAsync(new HttpMethod(method), action).TextAsync(HttpStatusCode.NoContent);

        Assert.Empty(await group.DemandsAsync());
        await group.DecidedFreelyAsync();
    }

    [Fact]
    public async Task Scale_Again_ReplacesWhatWasAskedFor()
    {
        var group = await AlertGroup.AddAsync(_host, _host.NewName());
        const string ask = """{"count":4,"seconds":60}""";

        var first = await group.SendAsync(HttpMethod.Post, ":scale", ask).JsonAsync(HttpStatusCode.Accepted);
        var again = await group.SendAsync(HttpMethod.Post, ":scale", ask).JsonAsync(HttpStatusCode.Accepted);
        Assert.Equal([("scale", 4)], await group.DemandsAsync());
        await group.SendAsync(HttpMethod.Post, ":scale", """{"count":2}""").TextAsync(HttpStatusCode.Accepted);

        Assert.Equal(first.GetProperty("since").GetString(), again.GetProperty("since").GetString());
        Assert.Equal([("scale", 2)], await group.DemandsAsync());
        await group.DecidedAsync("scale", 2);
    }

    [Fact]
    public async Task Scale_ThatEndsByItself_IsNoticedThen()
    {
        var group = await AlertGroup.AddAsync(_host, _host.NewName());
        await group.SendAsync(HttpMethod.Post, ":scale", """{"count":4,"seconds":1}""").TextAsync(HttpStatusCode.Accepted);
        await group.DecidedAsync("scale", 4);

        await group.DecidedFreelyAsync();

        Assert.Empty(await group.DemandsAsync());
    }

    [Theory]
    [InlineData("{}", "count")]
    [InlineData("""{"count":null}""", "count")]
    [InlineData("""{"count":0}""", "count")]
    [InlineData("""{"count":10}""", "count")]
    [InlineData("""{"count":-1}""", "count")]
    [InlineData("""{"count":2.5}""", "count")]
    [InlineData("""{"count":"3"}""", "count")]
    [InlineData("""{"count":3,"seconds":0}""", "seconds")]
    [InlineData("""{"count":3,"seconds":86401}""", "seconds")]
    [InlineData("""{"count":3,"atLeast":1}""", "atLeast")]
    [InlineData("""{"count":3,"reason":"a\u0000b"}""", "reason")]
    [InlineData("""{"count":3,"minutes":5}""", "minutes")]
    public async Task Scale_BadField_IsNamed(string json, string field)
    {
        var group = await AlertGroup.AddAsync(_host, _host.NewName());

        var problem = await group.SendAsync(HttpMethod.Post, ":scale", json).ProblemAsync(400, "invalid_request");

        Assert.Equal([field], problem.Fields.Keys);
        Assert.Empty(await group.DemandsAsync());
    }

    [Fact]
    public async Task Scale_OutsideOfTheBounds_SaysTheRange()
    {
        var group = await AlertGroup.AddAsync(_host, _host.NewName());

        var problem = await group.SendAsync(HttpMethod.Post, ":scale", """{"count":10}""").ProblemAsync(400, "invalid_request");

        Assert.Contains("from 1 to 9", problem.Fields["count"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scale_LongReason_IsRefused()
    {
        var group = await AlertGroup.AddAsync(_host, _host.NewName());
        var json = new JsonObject { ["count"] = 3, ["reason"] = new string('a', 201) };

        var problem = await group.SendAsync(HttpMethod.Post, ":scale", json.ToJsonString()).ProblemAsync(400, "invalid_request");

        Assert.Equal(["reason"], problem.Fields.Keys);
    }

    [Theory]
    [InlineData("POST", ":scale")]
    [InlineData("DELETE", ":scale")]
    [InlineData("POST", ":unscale")]
    [InlineData("GET", "/demands")]
    public async Task Scale_UnknownGroup_IsNotFound(string method, string action) =>
        await AlertGroup.Of(_host, _host.NewName()).SendAsync(new HttpMethod(method), action, method == "GET" ? null : Samples.Scale)
            .ProblemAsync(404, "group_not_found");

    [Fact]
    public async Task Scale_GroupWithoutAMonitor_SaysSo()
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag);

        var problem = await AlertGroup.Of(_host, tag).SendAsync(HttpMethod.Post, ":scale", Samples.Scale).ProblemAsync(404, "monitor_not_found");

        Assert.Contains("No monitor watches", problem.Detail, StringComparison.Ordinal);
    }

    /// <summary>A tag may end like an action, and its group can still be read.</summary>
    [Fact]
    public async Task Scale_TagThatEndsLikeAnAction_IsAGroupOfItsOwn()
    {
        var group = await AlertGroup.AddAsync(_host, _host.NewName() + ":scale");

        await group.SendAsync(HttpMethod.Post, ":scale", Samples.Scale).TextAsync(HttpStatusCode.Accepted);

        Assert.Equal([("scale", 3)], await group.DemandsAsync());
        Assert.Equal(group.Tag, (await _host.GetJsonAsync($"/v1/groups/{group.Tag}")).GetProperty("tag").GetString());
    }

    [Fact]
    public async Task Demands_ThatAreOver_AreForgottenByTheHousekeeping()
    {
        var group = await AlertGroup.AddAsync(_host, _host.NewName());
        var demands = _host.Get<Functions.Groups.GroupStore>().Demands;
        await group.SendAsync(HttpMethod.Post, ":scale", Samples.Scale).TextAsync(HttpStatusCode.Accepted);
        var now = TimeProvider.System.GetUtcNow();

        await demands.ForgetAsync(group.Tag, now, default);
        Assert.Single(await demands.ListAsync(group.Tag, default));
        await demands.ForgetAsync(group.Tag, now.AddHours(1), default);

        Assert.Empty(await demands.ListAsync(group.Tag, default));
    }
}
