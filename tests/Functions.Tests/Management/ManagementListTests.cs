using System.Net;
using System.Text.Json;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Management;

/// <summary>Lists of instances, and how many are purged at once. Source: durable-protocol, section 9.1.</summary>
public sealed class ManagementListTests(ManagementSite site) : IClassFixture<ManagementSite>
{
    private const string Token = "x-ms-continuation-token";

    [Fact]
    public async Task List_ByTopAndToken_GivesAllPages()
    {
        var prefix = site.NewId("page") + "-";
        foreach (var name in (string[])["a", "b", "c", "d", "e"])
            await site.EndedAsync(prefix + name);

        var (pages, token) = (new List<string[]>(), "");
        do
        {
            using var answer = await site.SendAsync("GET", $"instances?instanceIdPrefix={prefix}&top=2", headers: token.Length > 0 ? [(Token, token)] : []);
            pages.Add(await IdsAsync(answer));
            token = Assert.Single(answer.Headers.GetValues(Token));
        }
        while (token.Length > 0);

        Assert.Equal([[prefix + "a", prefix + "b"], [prefix + "c", prefix + "d"], [prefix + "e"]], pages);
    }

    [Fact]
    public async Task List_WithATokenThatWasNotGivenOut_Gives400()
    {
        using var answer = await site.SendAsync("GET", "instances", headers: (Token, "made up"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.StartsWith("{\"Message\":", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("runtimeStatus=Completed", "ended")]
    [InlineData("runtimeStatus=Completed,Failed", "ended failed")]
    [InlineData("runtimeStatus=Running&runtimeStatus=Failed", "failed running")]
    [InlineData("runtimeStatus=Terminated", "")]
    [InlineData("runtimeStatus=Confused", "ended failed running")]
    [InlineData("createdTimeFrom=2020-01-01T00:00:00Z", "ended failed running")]
    [InlineData("createdTimeFrom=2999-01-01T00:00:00Z", "")]
    [InlineData("createdTimeFrom=some-day", "ended failed running")]
    [InlineData("createdTimeTo=2020-01-01T00:00:00Z", "")]
    [InlineData("createdTimeFrom=2020-01-01T00:00:00Z&createdTimeTo=2999-01-01T00:00:00Z", "ended failed running")]
    [InlineData("top=-1", "ended failed running")]
    [InlineData("top=1000000", "ended failed running")]
    public async Task List_ByFilter_GivesWhatFits(string query, string expected)
    {
        var ids = new Dictionary<string, string>
        {
            [await site.EndedAsync()] = "ended",
            [await site.FailedAsync()] = "failed",
            [await site.RunningAsync()] = "running",
        };

        using var answer = await site.SendAsync("GET", $"instances?{query}");

        var found = (await IdsAsync(answer)).Where(ids.ContainsKey).Select(id => ids[id]).Order(StringComparer.Ordinal);
        Assert.Equal(expected, string.Join(' ', found));
    }

    [Fact]
    public async Task PurgeMany_TakesWhatHasEndedInThatTimeAndStatus()
    {
        var alone = new ManagementSite();
        await alone.InitializeAsync();
        try
        {
            var (ended, other, failed, running) = (await alone.EndedAsync(), await alone.EndedAsync(), await alone.FailedAsync(), await alone.RunningAsync());
            const string From = "instances?createdTimeFrom=2020-01-01T00:00:00Z";

            await alone.SendAsync("DELETE", $"{From}&createdTimeTo=2021-01-01T00:00:00Z").TextAsync(HttpStatusCode.NotFound);
            var byStatus = await alone.SendAsync("DELETE", $"{From}&runtimeStatus=Failed").TextAsync();
            var left = await IdsAsync(await alone.SendAsync("GET", "instances"));
            var all = await alone.SendAsync("DELETE", $"{From}&top=1", headers: (Token, "made up")).TextAsync();

            Assert.Equal(("{\"instancesDeleted\":1}", "{\"instancesDeleted\":2}"), (byStatus, all));
            Assert.Equal([ended, other, running], left);
            Assert.DoesNotContain(failed, left);
            Assert.Equal([running], await IdsAsync(await alone.SendAsync("GET", "instances")));
        }
        finally
        {
            await alone.DisposeAsync();
        }
    }

    [Fact]
    public async Task Purge_OfOne_SaysSo()
    {
        var id = await site.EndedAsync();

        Assert.Equal("{\"instancesDeleted\":1}", await site.SendAsync("DELETE", $"instances/{id}").TextAsync());
        await site.SendAsync("GET", $"instances/{id}").TextAsync(HttpStatusCode.NotFound);
    }

    private static async Task<string[]> IdsAsync(HttpResponseMessage answer) =>
        [.. JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()).EnumerateArray().Select(item => item.GetProperty("instanceId").GetString()!)];
}
