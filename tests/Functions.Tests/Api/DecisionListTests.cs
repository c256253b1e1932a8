using System.Text.Json;
using ControlPlane.Core.Scaling;
using ControlPlane.Core.Storage;
using ControlPlane.Functions.Groups;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Api;

/// <summary>The decisions of one group: filters, pages, and one by its number.</summary>
public sealed class DecisionListTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    private readonly TestHost _host = shared.Host;

    [Theory]
    [InlineData("", new[] { 9, 8, 7, 6, 5, 4, 3, 2, 1 })]
    [InlineData("&action=grow", new[] { 6, 3 })]
    [InlineData("&action=Grow,replace", new[] { 8, 6, 3 })]
    [InlineData("&action=shrink&action=replace", new[] { 8 })]
    [InlineData("&action=none&top=2", new[] { 9, 7 })]
    [InlineData("&changesOnly=true", new[] { 8, 6, 3 })]
    [InlineData("&changesOnly=false&top=1", new[] { 9 })]
    [InlineData("&clamp=max", new[] { 6, 4 })]
    [InlineData("&clamp=max&changesOnly=true", new[] { 6 })]
    [InlineData("&since=2026-01-05T00:07:00Z", new[] { 9, 8, 7 })]
    [InlineData("&until=2026-01-05T00:03:00Z", new[] { 2, 1 })]
    [InlineData("&since=2026-01-05T00:04&until=2026-01-05T02:06:00%2B02:00", new[] { 5, 4 })]
    [InlineData("&monitor=m-other", new int[0])]
    [InlineData("&since=2026-02-01", new int[0])]
    [InlineData("&until=2026-01-01", new int[0])]
    public async Task List_Filtered_GivesThoseNewestFirst(string filter, int[] expected)
    {
        var tag = await NineAsync();

        var numbers = await WalkAsync($"/v1/decisions?tag={tag}{filter}", onlyFirst: true);

        Assert.Equal(expected.Select(number => $"{tag}/{number}"), numbers);
    }

    [Theory]
    [InlineData("", 9)]
    [InlineData("&changesOnly=true", 3)]
    [InlineData("&action=none&until=2026-01-05T00:08:00Z", 5)]
    public async Task List_PageByPage_GivesAllOnce(string filter, int count)
    {
        var tag = await NineAsync();

        var numbers = await WalkAsync($"/v1/decisions?tag={tag}{filter}&top=2");

        Assert.Equal(count, numbers.Count);
        Assert.Equal(numbers.OrderByDescending(number => number), numbers);
    }

    [Fact]
    public async Task List_NewOnesComeMeanwhile_TheNextPageGoesOnWhereItWas()
    {
        var tag = await NineAsync();
        var first = await _host.GetJsonAsync($"/v1/decisions?tag={tag}&top=4");

        await _host.AddDecisionsAsync([DecisionRows.Of(tag, 10, Start.AddMinutes(10)), DecisionRows.Of(tag, 11, Start.AddMinutes(11))]);
        var rest = await WalkAsync(first.GetProperty("nextLink").GetString()!);

        Assert.Equal(["5", "4", "3", "2", "1"], rest.Select(id => id.Split('/')[1]));
    }

    [Fact]
    public async Task List_FilterThatFewPass_LooksAtABoundedNumberAPage()
    {
        var tag = _host.NewName();
        var all = Enumerable.Range(1, DecisionLog.MostLookedAt + 10).Select(number => DecisionRows.Of(tag, number, Start.AddSeconds(number))).ToList();
        all[3] = all[3] with { Action = ScalingAction.Shrink };
        await _host.AddDecisionsAsync(all);

        var first = await _host.GetJsonAsync($"/v1/decisions?tag={tag}&action=shrink&top=1000");
        var second = await _host.GetJsonAsync(first.GetProperty("nextLink").GetString()!);

        Assert.Empty(first.GetProperty("value").EnumerateArray());
        Assert.Equal($"{tag}/4", Assert.Single(second.GetProperty("value").EnumerateArray()).GetProperty("id").GetString());
        Assert.False(second.TryGetProperty("nextLink", out _));
    }

    /// <summary>Numbers are missing where looks changed nothing, and below the oldest that is kept.</summary>
    [Fact]
    public async Task Read_FromAnyMomentOfAGroupWithHoles_BeginsWithTheLastBefore()
    {
        var random = new Random(4);
        for (var round = 0; round < 12; round++)
        {
            var tag = _host.NewName();
            var numbers = Enumerable.Range(1 + random.Next(200), 60).Where(_ => random.Next(3) > 0).ToList();
            await _host.AddDecisionsAsync([.. numbers.Select(number => DecisionRows.Of(tag, number, Start.AddSeconds(number / 2)))]);
            for (var moment = 0; moment < 140; moment += 7)
            {
                var stream = new DecisionStream(_host.Get<IEntityStore>(), tag);
                await stream.BeginBeforeAsync(Start.AddSeconds(moment), default);

                Assert.Equal(numbers.LastOrDefault(number => number / 2 < moment), stream.Head?.Sequence ?? 0);
            }
        }
    }

    [Fact]
    public async Task Read_OneByItsNumber_IsWhole()
    {
        var tag = await NineAsync();

        var decision = await _host.GetJsonAsync($"/v1/decisions/{tag}/6");

        Assert.Equal($"{tag}/6", decision.GetProperty("id").GetString());
        Assert.Equal("max", decision.GetProperty("clamps")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task Read_OneThatIsNotThere_IsNotFound() =>
        await GetAsync($"/v1/decisions/{await NineAsync()}/10").ProblemAsync(404, "decision_not_found");

    [Theory]
    [InlineData("/v1/decisions/a/x", "sequence")]
    [InlineData("/v1/decisions/a/0", "sequence")]
    [InlineData("/v1/decisions/a/-1", "sequence")]
    [InlineData("/v1/decisions/a/99999999999999999999", "sequence")]
    [InlineData("/v1/decisions?top=0", "top")]
    [InlineData("/v1/decisions?top=1001", "top")]
    [InlineData("/v1/decisions?top=many", "top")]
    [InlineData("/v1/decisions?top=1&top=2", "top")]
    [InlineData("/v1/decisions?action=grown", "action")]
    [InlineData("/v1/decisions?action=1", "action")]
    [InlineData("/v1/decisions?since=yesterday", "since")]
    [InlineData("/v1/decisions?until=2026-13-01", "until")]
    [InlineData("/v1/decisions?since=2026-01-02&until=2026-01-02", "until")]
    [InlineData("/v1/decisions?changesOnly=yes", "changesOnly")]
    [InlineData("/v1/decisions?continuation=abc", "continuation")]
    [InlineData("/v1/decisions?continuation=%20%20", "continuation")]
    [InlineData("/v1/decisions?colour=red", "colour")]
    public async Task Get_BadInput_NamesTheField(string path, string field)
    {
        var problem = await GetAsync(path).ProblemAsync(400, "invalid_request");

        Assert.Equal([field], problem.Fields.Keys);
    }

    /// <summary>Nine decisions, a minute apart: 3 and 6 grow, 8 replaces, 4 and 6 are held at the maximum.</summary>
    private async Task<string> NineAsync()
    {
        var tag = _host.NewName("d");
        var nine = Enumerable.Range(1, 9).Select(number => DecisionRows.Of(tag, number, Start.AddMinutes(number)) with
        {
            Action = number switch { 3 or 6 => ScalingAction.Grow, 8 => ScalingAction.Replace, _ => ScalingAction.None },
            Clamps = number is 4 or 6 ? [new Clamp("max", 10, 9, "the maximum is 9")] : [],
        });
        await _host.AddDecisionsAsync([.. nine]);
        return tag;
    }

    private async Task<List<string>> WalkAsync(string path, bool onlyFirst = false)
    {
        var ids = new List<string>();
        for (var next = path; next is not null;)
        {
            var page = await GetAsync(next).JsonAsync();
            ids.AddRange(page.GetProperty("value").EnumerateArray().Select(decision => decision.GetProperty("id").GetString()!));
            next = !onlyFirst && page.TryGetProperty("nextLink", out JsonElement link) ? link.GetString() : null;
        }

        return ids;
    }

    private Task<HttpResponseMessage> GetAsync(string path) => _host.Client.GetAsync(new Uri(path, UriKind.RelativeOrAbsolute));
}
