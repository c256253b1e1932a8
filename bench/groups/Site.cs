using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace ControlPlane.Bench.Groups;

/// <summary>The groups and their backends, through the product's own API.</summary>
internal sealed class Site(HttpClient client, Engines engines, Options options)
{
    private const int Callers = 32;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan SpikeMargin = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    /// <summary>Registers every backend and waits until all take work.</summary>
    public async Task AddBackendsAsync()
    {
        var began = Stopwatch.GetTimestamp();
        await EachAsync(options.Groups * options.Backends, number => PostAsync("/v1/backends", new
        {
            name = $"e{number}",
            url = engines.UrlOf(number),
            tags = new[] { TagOf(number / options.Backends) },
            profile = "bench",
            maxJobs = 1,
        }));
        Say($"{options.Groups * options.Backends} backends were added in {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s by {Callers} callers");
        while (await CountReadyAsync() < options.Groups * options.Backends)
        {
            if (Stopwatch.GetElapsedTime(began) > Deadline)
                throw new InvalidOperationException($"Only {await CountReadyAsync()} backends are ready after {Deadline.TotalMinutes} min.");
            await Task.Delay(Poll, TimeProvider.System);
        }

        Say($"all of them took work after {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
    }

    /// <summary>Adds one monitor for each group, with the default period of 5 s.</summary>
    public async Task AddMonitorsAsync()
    {
        var began = Stopwatch.GetTimestamp();
        await EachAsync(options.Groups, number => PostAsync("/v1/monitors", new
        {
            name = $"watch-{number}",
            tag = TagOf(number),
            minInstances = 1,
            maxInstances = options.Backends,
            allocateType = "local",
            allocateStrategy = "JobNumAwareAllocate",
            samples = 2,
        }));
        Say($"{options.Groups} monitors were added in {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s");
    }

    /// <summary>
    /// More requests for each of some groups than it has room for: from the first of them to the decision that sees them,
    /// in milliseconds. Each group must sleep for so long that it would not have been looked at anyway.
    /// </summary>
    public async Task<IReadOnlyList<double>> SpikeAsync(IReadOnlyList<int> groups)
    {
        foreach (var group in groups)
        {
            while ((await LookAsync(group)).Next - TimeProvider.System.GetUtcNow() < SpikeMargin)
                await Task.Delay(Poll, TimeProvider.System);
        }

        engines.Hold();
        var spikes = await Task.WhenAll(groups.Select(SpikeAsync));
        engines.LetGo();
        await Task.WhenAll(spikes.SelectMany(spike => spike.Requests));
        return [.. spikes.Select(spike => spike.Milliseconds)];
    }

    private async Task<(double Milliseconds, IReadOnlyList<Task> Requests)> SpikeAsync(int group)
    {
        var began = TimeProvider.System.GetUtcNow();
        var requests = Enumerable.Range(0, options.Backends + 3).Select(_ => RunAsync(TagOf(group))).ToList();
        var look = await LookAsync(group);
        while (look.At < began || look.Jobs == 0)
        {
            if (TimeProvider.System.GetUtcNow() - began > SpikeMargin)
                throw new InvalidOperationException($"The group {TagOf(group)} was not looked at within {SpikeMargin.TotalSeconds} s of a queue.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            look = await LookAsync(group);
        }

        return ((look.At - began).TotalMilliseconds, requests);
    }

    private async Task RunAsync(string tag)
    {
        using var form = new FormUrlEncodedContent([new("sql", "select 1"), new("tags", tag)]);
        using var answer = await client.PostAsync(new Uri("/run/script", UriKind.Relative), form);
        answer.EnsureSuccessStatusCode();
    }

    private async Task<(DateTimeOffset At, DateTimeOffset Next, int Jobs)> LookAsync(int group)
    {
        var view = await client.GetFromJsonAsync<JsonElement>(new Uri($"/v1/groups/{TagOf(group)}", UriKind.Relative));
        if (!view.TryGetProperty("lastLook", out var look))
            return default;
        var pressure = view.GetProperty("lastDecision").GetProperty("pressure");
        return (look.GetProperty("at").GetDateTimeOffset(), look.GetProperty("next").GetDateTimeOffset(), pressure.GetProperty("queued").GetInt32() + pressure.GetProperty("running").GetInt32());
    }

    private async Task<int> CountReadyAsync()
    {
        var text = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        return text.Split('\n').Count(line => line.StartsWith("controlplane_backend_state", StringComparison.Ordinal) && line.EndsWith("state=\"ready\"} 1", StringComparison.Ordinal));
    }

    private async Task PostAsync(string path, object body)
    {
        using var answer = await client.PostAsJsonAsync(path, body);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"{path} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
    }

    private static Task EachAsync(int count, Func<int, Task> call) => Parallel.ForEachAsync(
        Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (number, _) => await call(number));

    private static string TagOf(int group) => string.Create(CultureInfo.InvariantCulture, $"g{group}");

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
