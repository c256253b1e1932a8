using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using ControlPlane.Core.Backtest;
using ControlPlane.Functions.Backtests;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Api;

/// <summary>Backtests over the API.</summary>
public sealed class BacktestTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private static readonly object Small = new { jobs = (double[][])[[0, 20, 30], [60, 20, 30]] };

    private readonly TestHost _host = shared.Host;

    [Fact]
    public async Task Backtest_GeneratedTrace_GivesTheFiguresOfTheSimulator()
    {
        var name = await MonitorAsync(periodSeconds: 30);
        var csv = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "traces", "generated_two_days.csv"));

        var answer = await PostAsync(name, new
        {
            monitor = new { minInstances = 2 },
            load = new { csv, secondsEach = 30, spreadSeconds = 300 },
            bootSeconds = 240,
            sloSeconds = 300,
            slotsPerInstance = 4,
            startWith = 2,
        }).JsonAsync();

        var direct = Direct(csv, (await _host.Get<MonitorBook>().FindAsync(name, default))!.Value with { Min = 2 });
        var changed = answer.GetProperty("changed");
        Assert.Equal(direct.Outcome.BilledSteps / 120.0, changed.GetProperty("instanceHours").GetDouble(), 0.001);
        Assert.Equal(direct.Outcome.Late, changed.GetProperty("lateJobs").GetInt32());
        Assert.Equal(direct.Outcome.Actions, changed.GetProperty("actions").GetInt32());
        Assert.Equal(direct.Outcome.Killed, changed.GetProperty("killedJobs").GetInt32());
        Assert.Equal(direct.Outcome.LongestWait * 30, changed.GetProperty("longestWaitSeconds").GetDouble());
        Assert.Equal(direct.Actions.Take(20).Select(action => action.Reason), changed.GetProperty("firstActions").EnumerateArray().Select(action => action.GetProperty("reason").GetString()));
        Assert.Equal("2026-03-02T00:00:00+00:00", answer.GetProperty("load").GetProperty("from").GetString());
        Assert.True(direct.Outcome.Actions > 20);
    }

    [Fact]
    public async Task Backtest_Curves_AreThinnedAndKeepTheirArea()
    {
        var name = await MonitorAsync(periodSeconds: 5);

        var answer = await PostAsync(name, new { load = new { jobs = (double[][])[[0, 400, 60], [86_000, 1, 60]] } }).JsonAsync();

        var current = answer.GetProperty("current");
        var points = current.GetProperty("instances").EnumerateArray().ToList();
        Assert.InRange(points.Count, 400, BacktestReport.MostPoints);
        Assert.Equal(points.Count, answer.GetProperty("load").GetProperty("demand").GetArrayLength());
        var hours = (points[1].GetProperty("at").GetDateTimeOffset() - points[0].GetProperty("at").GetDateTimeOffset()).TotalHours;
        Assert.Equal(current.GetProperty("instanceHours").GetDouble(), points.Sum(point => point.GetProperty("paid").GetDouble()) * hours, 0.1);
        Assert.False(answer.TryGetProperty("changed", out _));
    }

    [Fact]
    public async Task Backtest_LowerMaximum_IsCheaperAndLater()
    {
        var name = await MonitorAsync(periodSeconds: 5);

        var answer = await PostAsync(name, new { monitor = new { maxInstances = 1 }, load = Small, sloSeconds = 30, slotsPerInstance = 2, bootSeconds = 10 }).JsonAsync();

        var (current, changed) = (answer.GetProperty("current"), answer.GetProperty("changed"));
        Assert.Equal((9, 1), (current.GetProperty("max").GetInt32(), changed.GetProperty("max").GetInt32()));
        Assert.True(changed.GetProperty("lateJobs").GetInt32() > current.GetProperty("lateJobs").GetInt32());
        Assert.True(changed.GetProperty("longestWaitSeconds").GetDouble() > current.GetProperty("longestWaitSeconds").GetDouble());
        Assert.NotEqual(0, answer.GetProperty("notReplayed").GetArrayLength());
    }

    [Fact]
    public async Task Backtest_Twice_AnswersTheSame()
    {
        var name = await MonitorAsync(periodSeconds: 5);

        Assert.Equal(await PostAsync(name, new { load = Small }).TextAsync(), await PostAsync(name, new { load = Small }).TextAsync());
    }

    [Fact]
    public async Task Backtest_Recorded_PlaysWhatTheGroupsDecisionsSay()
    {
        var tag = _host.NewName();
        var start = new DateTimeOffset(2026, 1, 5, 6, 0, 0, TimeSpan.Zero);
        // Eight hours, two jobs of a minute at a time, and a burst in the middle that waits for ten minutes.
        await _host.AddDecisionsAsync([.. Enumerable.Range(0, 481).Select(minute => DecisionRows.Of(tag, minute + 1, start.AddMinutes(minute))
            .Loaded(2, minute is >= 240 and < 250 ? 2 * (250 - minute) : 0, 2 * minute))]);
        var name = await MonitorAsync(periodSeconds: 5, tag);

        var answer = await PostAsync(name, new
        {
            monitor = new { maxInstances = 2 },
            load = new { recorded = new { from = "2026-01-05T06:00:00Z", to = "2026-01-05T14:00:00Z" } },
            slotsPerInstance = 2,
        }).JsonAsync();

        var load = answer.GetProperty("load");
        Assert.Equal("recorded", load.GetProperty("source").GetString());
        Assert.Equal((2 * 480) + 2, load.GetProperty("jobs").GetInt32());
        Assert.Equal(8, load.GetProperty("instanceHours").GetDouble(), 0.01);
        var record = load.GetProperty("record");
        Assert.Equal((1.0, 60.0, 0.0), (record.GetProperty("coveredShare").GetDouble(), record.GetProperty("longestGapSeconds").GetDouble(), record.GetProperty("guessedShare").GetDouble()));
        Assert.Equal(1, answer.GetProperty("assumptions").GetProperty("startWith").GetInt32());
        Assert.True(answer.GetProperty("current").GetProperty("actions").GetInt32() > 0);
    }

    [Fact]
    public async Task Backtest_RecordBeginsLate_SaysHowMuchIsCovered()
    {
        var tag = _host.NewName();
        await _host.AddDecisionsAsync([DecisionRows.Of(tag, 1, new(2026, 1, 5, 6, 0, 0, TimeSpan.Zero)).Loaded(1, 0, null)]);
        var name = await MonitorAsync(periodSeconds: 5, tag);

        var answer = await PostAsync(name, new { load = new { recorded = new { from = "2026-01-05", to = "2026-01-05T08:00:00Z" } } }).JsonAsync();

        var record = answer.GetProperty("load").GetProperty("record");
        Assert.Equal((0.25, 7200.0, 1.0), (record.GetProperty("coveredShare").GetDouble(), record.GetProperty("coveredSeconds").GetDouble(), record.GetProperty("guessedShare").GetDouble()));
    }

    [Fact]
    public async Task Backtest_NothingAsked_PlaysTheLastDay()
    {
        var name = await MonitorAsync(periodSeconds: 3600);
        await Soon.TrueAsync(async () => (await _host.GetJsonAsync($"/v1/decisions?monitor={name}")).GetProperty("value").GetArrayLength() > 0, "the first decision of the group");

        var answer = await PostAsync(name, new { }).JsonAsync();

        Assert.Equal(60, answer.GetProperty("assumptions").GetProperty("stepSeconds").GetDouble());
        Assert.Equal(0, answer.GetProperty("load").GetProperty("jobs").GetInt32());
        Assert.Equal(0, answer.GetProperty("current").GetProperty("lateShare").GetDouble());
    }

    [Fact]
    public async Task Backtest_AsPicture_IsAnSvgThatRunsNothing()
    {
        var name = await MonitorAsync(periodSeconds: 5);

        using var answer = await PostAsync(name, new { monitor = new { maxInstances = 2 }, load = Small }, "?format=svg");

        var svg = System.Xml.Linq.XDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("image/svg+xml", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains("sandbox", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("changed", svg.Root!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Backtest_TooManyJobs_SaysToGiveFewer()
    {
        var name = await MonitorAsync(periodSeconds: 5);

        await PostAsync(name, new { load = new { jobs = (double[][])[[0, 600_000, 1], [1, 600_000, 1]] } }).ProblemAsync(422, "backtest_too_long");
    }

    [Fact]
    public async Task Backtest_AnotherRuns_IsBusy()
    {
        var name = await MonitorAsync(periodSeconds: 5);
        var (entered, over) = (new TaskCompletionSource(), new TaskCompletionSource());
        var other = _host.Get<BacktestRunner>().RunAsync<string>(
            async _ =>
            {
                entered.SetResult();
                await over.Task;
                return "done";
            },
            default);
        await entered.Task.SoonAsync("the other backtest");

        var problem = await PostAsync(name, new { load = Small }).ProblemAsync(503, "backtest_busy");
        over.SetResult();
        await other;

        Assert.Equal(BacktestRunner.Deadline, problem.RetryAfter);
    }

    [Fact]
    public async Task Backtest_NoSuchMonitor_IsNotFound() => await PostAsync("nobody", new { }).ProblemAsync(404, "monitor_not_found");

    [Theory]
    [InlineData("""{"bootSeconds":-1}""", "bootSeconds")]
    [InlineData("""{"sloSeconds":100000}""", "sloSeconds")]
    [InlineData("""{"teardownSeconds":1e9}""", "teardownSeconds")]
    [InlineData("""{"stepSeconds":0.1}""", "stepSeconds")]
    [InlineData("""{"slotsPerInstance":0}""", "slotsPerInstance")]
    [InlineData("""{"startWith":1001}""", "startWith")]
    [InlineData("""{"actions":501}""", "actions")]
    [InlineData("""{"colour":1}""", "colour")]
    [InlineData("""{"monitor":7}""", "monitor")]
    [InlineData("""{"monitor":{"maxInstances":0}}""", "monitor.maxInstances")]
    [InlineData("""{"monitor":{"maxInstances":"many"}}""", "monitor.maxInstances")]
    [InlineData("""{"monitor":{"maxInstances":null}}""", "monitor.maxInstances")]
    [InlineData("""{"monitor":{"allocateStrategy":"Guess"}}""", "monitor.allocateStrategy")]
    [InlineData("""{"monitor":{"colour":"red"}}""", "monitor.colour")]
    [InlineData("""{"monitor":{"tag":"other"}}""", "monitor.tag")]
    [InlineData("""{"load":{"jobs":[]}}""", "load.jobs")]
    [InlineData("""{"load":{"jobs":[[0,1,1],[1,1]]}}""", "load.jobs[1]")]
    [InlineData("""{"load":{"jobs":[[0,1.5,1]]}}""", "load.jobs[0]")]
    [InlineData("""{"load":{"jobs":[[-1,1,1]]}}""", "load.jobs[0]")]
    [InlineData("""{"load":{"jobs":[[0,1,0]]}}""", "load.jobs[0]")]
    [InlineData("""{"load":{"jobs":[[2678401,1,1]]}}""", "load.jobs[0]")]
    [InlineData("""{"load":{"jobs":[[0,1,"x"]]}}""", "load.jobs[0][2]")]
    [InlineData("""{"load":{"jobs":[null]}}""", "load.jobs[0]")]
    [InlineData("""{"load":{"jobs":[[0,1,1]],"csv":"x"}}""", "load")]
    [InlineData("""{"load":{"jobs":[[0,1,1]],"spreadSeconds":-1}}""", "load.spreadSeconds")]
    [InlineData("""{"load":{"jobs":[[0,1,1]],"startsAt":"noon"}}""", "load.startsAt")]
    [InlineData("""{"load":{"csv":""}}""", "load.csv")]
    [InlineData("""{"load":{"csv":"seconds,count\n0,1"}}""", "load.csv")]
    [InlineData("""{"load":{"csv":"seconds,count,secondsEach\n"}}""", "load.csv")]
    [InlineData("""{"load":{"csv":"seconds,count,secondsEach\n0,1"}}""", "load.csv")]
    [InlineData("""{"load":{"csv":"seconds,count,secondsEach\n0,x,1"}}""", "load.csv[2]")]
    [InlineData("""{"load":{"csv":"time,count,secondsEach\nnoon,1,1"}}""", "load.csv")]
    [InlineData("""{"load":{"csv":"time,count,secondsEach\n2026-01-02,1,1\n2026-01-01,1,1"}}""", "load.csv")]
    [InlineData("""{"load":{"recorded":{"from":"noon"}}}""", "load.recorded.from")]
    [InlineData("""{"load":{"recorded":{"from":"2026-01-02","to":"2026-01-01"}}}""", "load.recorded.from")]
    [InlineData("""{"load":{"recorded":{"to":"0001-01-01"}}}""", "load.recorded.to")]
    [InlineData("""{"load":{"recorded":{"from":"0001-01-01"}}}""", "load.recorded.from")]
    [InlineData("""{"load":{"jobs":[[0,1,1]],"startsAt":"9999-12-31T23:59:59Z"}}""", "load.startsAt")]
    [InlineData("""{"load":{"jobs":[[0,1,1]],"startsAt":"0001-01-01"},"monitor":{"policy":{"stabilisationWindowSeconds":300}}}""", "load.startsAt")]
    [InlineData("""{"load":{"csv":"time,count,secondsEach\n9999-12-31T23:59:59Z,1,1"}}""", "load.csv")]
    [InlineData("""{"load":{"recorded":{"from":"2025-01-02","to":"2026-01-01"}}}""", "load.recorded.from")]
    [InlineData("""{"load":{"recorded":{"from":"2020-01-02","to":"2020-01-03"}}}""", "load.recorded")]
    [InlineData("""{"load":{"secondsEach":0}}""", "load.secondsEach")]
    [InlineData("""{"load":{"startsAt":"2026-01-01"}}""", "load.startsAt")]
    public async Task Backtest_BadInput_NamesTheField(string body, string field)
    {
        var name = await MonitorAsync(periodSeconds: 3600);

        var problem = await SendAsync(name, new StringContent(body, null, "application/json")).ProblemAsync(400, "invalid_request");

        Assert.Equal([field], problem.Fields.Keys);
        Assert.NotEmpty(problem.Fields[field]);
    }

    [Fact]
    public async Task Backtest_UnknownFormat_NamesTheField() =>
        Assert.Equal(["format"], (await PostAsync(await MonitorAsync(3600), new { }, "?format=png").ProblemAsync(400, "invalid_request")).Fields.Keys);

    private static PolicyPlay Direct(string csv, Core.Monitors.Monitor monitor)
    {
        var setting = new Setting { Step = TimeSpan.FromSeconds(30), Boot = 8, Teardown = 2, Slo = 10, Slots = 4 };
        var counts = csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => int.Parse(line.Split(',')[1], CultureInfo.InvariantCulture)).ToList();
        var jobs = counts.SelectMany((count, bin) => Enumerable.Range(0, count).Select(number => new Job((int)((bin * 10) + (10.0 * number / count)), 1)));
        var workload = new Workload { Name = "trace", Jobs = [.. jobs], Steps = (counts.Count * 10) + setting.Slo + setting.Boot + 1, Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero) };
        return PolicyPlay.Run(monitor, workload, setting, startWith: 2, keptActions: 100);
    }

    private async Task<string> MonitorAsync(double periodSeconds, string? tag = null)
    {
        var name = _host.NewName("m");
        var spec = new { name, tag = tag ?? name, minInstances = 0, maxInstances = 9, allocateType = "local", allocateStrategy = "SloSlack", profile = TestProfiles.Startable, periodSeconds };
        using var answer = await _host.Client.PostAsJsonAsync("/v1/monitors", spec);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return name;
    }

    private Task<HttpResponseMessage> PostAsync(string name, object body, string query = "") => SendAsync(name, JsonContent.Create(body), query);

    private Task<HttpResponseMessage> SendAsync(string name, HttpContent body, string query = "") =>
        _host.Client.PostAsync(new Uri($"/v1/monitors/{name}:backtest{query}", UriKind.Relative), body);
}
