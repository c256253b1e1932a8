using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Api;

/// <summary>The decisions of all groups in one list.</summary>
public sealed class DecisionsOfAllGroupsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Tags = ["a", "b", "c", "quiet"];

    private TestHost? _host;

    private TestHost Host => _host!;

    /// <summary>Three groups of 20 decisions, every fifth at the same moment in all; what monitors add by themselves comes later.</summary>
    public async Task InitializeAsync()
    {
        _host = await TestHost.StartAsync();
        for (var group = 0; group < 3; group++)
            await Host.AddDecisionsAsync([.. Enumerable.Range(1, 20).Select(number => DecisionRows.Of(Tags[group], number, At(group, number)))]);
        foreach (var tag in Tags)
        {
            var spec = new { name = "m-" + tag, tag, minInstances = 0, maxInstances = 1, allocateType = "local", allocateStrategy = "SloSlack", profile = TestProfiles.Startable, periodSeconds = 3600 };
            using var answer = await Host.Client.PostAsJsonAsync("/v1/monitors", spec);
            Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        }
    }

    public async Task DisposeAsync() => await Host.DisposeAsync();

    [Theory]
    [InlineData(1000)]
    [InlineData(7)]
    [InlineData(1)]
    public async Task List_WithoutTag_MergesAllByTime(int top)
    {
        var all = await WalkAsync($"/v1/decisions?until=2026-01-06&top={top}");

        var expected = from number in Enumerable.Range(1, 20)
                       from tag in Enumerable.Range(0, 3)
                       orderby At(tag, number) descending, Tags[tag]
                       select $"{Tags[tag]}/{number}";
        Assert.Equal(expected, all);
    }

    [Fact]
    public async Task List_NewOnesComeMeanwhile_GivesNoneTwiceAndMissesNone()
    {
        var first = await Host.GetJsonAsync("/v1/decisions?until=2026-01-06&top=9");
        foreach (var tag in Tags.Take(3))
            await Host.AddDecisionsAsync([DecisionRows.Of(tag, 21, Start.AddHours(2)), DecisionRows.Of(tag, 22, Start.AddHours(3))]);

        var rest = await WalkAsync(first.GetProperty("nextLink").GetString()!);

        Assert.Equal(60 - 9, rest.Count);
        Assert.DoesNotContain(rest, id => id.EndsWith("/21", StringComparison.Ordinal) || id.EndsWith("/22", StringComparison.Ordinal));
        Assert.Empty(rest.Intersect(first.GetProperty("value").EnumerateArray().Select(decision => decision.GetProperty("id").GetString()!)));
    }

    [Fact]
    public async Task List_ByMonitor_GivesItsGroup()
    {
        var ids = await WalkAsync("/v1/decisions?monitor=m-b&since=2026-01-05&until=2026-01-06&top=6");

        Assert.Equal(Enumerable.Range(1, 20).Reverse().Select(number => $"b/{number}"), ids);
    }

    [Fact]
    public async Task List_ByMonitorThatIsNotThere_IsEmpty() => Assert.Empty(await WalkAsync("/v1/decisions?monitor=nobody"));

    [Fact]
    public async Task List_Since_EndsThere()
    {
        var ids = await WalkAsync($"/v1/decisions?since=2026-01-05T00:18:00Z&until=2026-01-06&top=2");

        Assert.Equal(["c/19", "b/19", "a/19", "c/18", "b/18", "a/18"], ids.Where(id => !id.EndsWith("/20", StringComparison.Ordinal)));
        Assert.Equal(9, ids.Count);
    }

    private static DateTimeOffset At(int group, int number) => Start.AddMinutes(number).AddSeconds(number % 5 == 0 ? 0 : group);

    private async Task<List<string>> WalkAsync(string path)
    {
        var ids = new List<string>();
        for (var next = path; next is not null;)
        {
            var page = await Host.GetJsonAsync(next);
            ids.AddRange(page.GetProperty("value").EnumerateArray().Select(decision => decision.GetProperty("id").GetString()!));
            next = page.TryGetProperty("nextLink", out JsonElement link) ? link.GetString() : null;
        }

        return ids;
    }
}
