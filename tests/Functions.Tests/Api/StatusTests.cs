using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Api;

public partial class StatusTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly TestHost _host = shared.Host;

    [Fact]
    public async Task Live_AndReady_SaySo()
    {
        Assert.Equal("live\n", await GetAsync("/healthz/live").TextAsync());
        var ready = await GetAsync("/healthz/ready").JsonAsync();
        Assert.Equal("pass", ready.GetProperty("status").GetString());
        Assert.Equal("store", ready.GetProperty("checks")[0].GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("/nothing")]
    [InlineData("/v2/backends")]
    [InlineData("/backend")]
    [InlineData("/backend/add/more")]
    [InlineData("/%E5%8D%8E")]
    public async Task UnknownPath_AnyMethod_IsAProblem(string path)
    {
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Post, HttpMethod.Delete, HttpMethod.Options])
        {
            using var request = new HttpRequestMessage(method, path);
            var problem = await _host.Client.SendAsync(request).ProblemAsync(404, "path_not_found");
            Assert.Contains("/", problem.Detail, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/backend/list")]
    [InlineData("/v1/backends")]
    [InlineData("/healthz/live")]
    [InlineData("/metrics")]
    public async Task Head_OfWhatCanBeRead_HasTheHeadAndNoBody(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        using var answer = await _host.Client.SendAsync(request);
        using var get = await GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(get.Content.Headers.ContentType, answer.Content.Headers.ContentType);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("/backend/list", "GET, HEAD, POST")]
    [InlineData("/v1/backends", "GET, HEAD, POST")]
    [InlineData("/v1/backends/x", "GET, HEAD, PUT, DELETE")]
    [InlineData("/run/script", "GET, POST")]
    public async Task Options_AnyPath_SaysWhatIsAllowed(string path, string allowed)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, path);
        using var answer = await _host.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(allowed, string.Join(", ", answer.Content.Headers.Allow));
    }

    [Fact]
    public async Task PeerDefect37_Metrics_EveryLineParsesAndCountersMove()
    {
        var tag = _host.NewName();
        await using var engine = await _host.StartEngineAsync(tag);
        var before = await MetricsAsync();

        for (var i = 0; i < 3; i++)
            await _host.RunAsync(tag).TextAsync();
        await _host.RunAsync("nobody").ProblemAsync(404, "no_tag_match");
        await Soon.TrueAsync(async () => Delta(before, await MetricsAsync(), "controlplane_run_request_duration_seconds_count") == 4, "four counted requests");
        engine.Hold();
        var running = _host.RunAsync(tag);
        await engine.RunningAsync(1);
        var after = await MetricsAsync();

        Assert.Equal(3, Delta(before, after, "controlplane_run_requests_total{outcome=\"answered\"}"));
        Assert.Equal(1, Delta(before, after, "controlplane_run_requests_total{outcome=\"refused\"}"));
        Assert.Equal(4, Delta(before, after, "controlplane_run_request_duration_seconds_bucket{le=\"+Inf\"}"));
        Assert.True(Delta(before, after, "controlplane_run_request_duration_seconds_sum") > 0);
        Assert.Equal(1, after[$"controlplane_backend_jobs{{backend=\"{engine.Name}\"}}"]);
        Assert.Equal(1, after[$"controlplane_backend_state{{backend=\"{engine.Name}\",state=\"ready\"}}"]);
        Assert.Equal(0, after[$"controlplane_backend_state{{backend=\"{engine.Name}\",state=\"unhealthy\"}}"]);
        Assert.Contains("controlplane_build_info", after.Keys.Select(key => key.Split('{')[0]));
        engine.LetAllGo();
        await running.TextAsync();
    }

    [Fact]
    public async Task Metrics_NameThatNeedsEscapes_IsEscaped()
    {
        var name = _host.NewName("a\"b");
        await _host.RegisterAsync(name, $"{_host.NewName()}:1", "a");

        Assert.Contains($"controlplane_backend_jobs{{backend=\"{name.Replace("\"", "\\\"", StringComparison.Ordinal)}\"}}", (await MetricsAsync()).Keys);
    }

    [Fact]
    public async Task Metrics_Buckets_NeverFall()
    {
        var buckets = (await MetricsAsync()).Where(line => line.Key.Contains("_bucket", StringComparison.Ordinal)).Select(line => line.Value).ToList();

        Assert.True(buckets.Count > 10);
        Assert.Equal(buckets.Order(), buckets);
    }

    private static double Delta(Dictionary<string, double> before, Dictionary<string, double> after, string name) => after[name] - before[name];

    /// <summary>Every sample by its name and labels. A line that is no sample, no comment, or stands twice fails.</summary>
    private async Task<Dictionary<string, double>> MetricsAsync()
    {
        using var answer = await GetAsync("/metrics");
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        var text = await answer.Content.ReadAsStringAsync();
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var (samples, typed) = (new Dictionary<string, double>(), new HashSet<string>());
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            if (Comment().Match(line) is { Success: true } comment)
            {
                Assert.True(comment.Groups["kind"].Value == "HELP" || typed.Add(comment.Groups["name"].Value), $"Typed twice: {line}");
                continue;
            }

            var sample = Sample().Match(line);
            Assert.True(sample.Success, $"No sample: {line}");
            Assert.Contains(typed, name => sample.Groups["name"].Value.StartsWith(name, StringComparison.Ordinal));
            samples.Add(sample.Groups["key"].Value, double.Parse(sample.Groups["value"].Value, CultureInfo.InvariantCulture));
        }

        return samples;
    }

    private Task<HttpResponseMessage> GetAsync(string path) => _host.Client.GetAsync(new Uri(path, UriKind.Relative));

    [GeneratedRegex("""^# (?<kind>HELP|TYPE) (?<name>[a-z_]+) ((counter|gauge|histogram)$|(?<=HELP [a-z_]+ ).+)""")]
    private static partial Regex Comment();

    [GeneratedRegex("""^(?<key>(?<name>[a-z_]+)(\{([a-z_]+="(\\.|[^"\\])*",?)+\})?) (?<value>-?[0-9.]+(E[+-]?[0-9]+)?)$""")]
    private static partial Regex Sample();
}
