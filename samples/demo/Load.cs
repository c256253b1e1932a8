using System.Collections.Concurrent;
using System.Diagnostics;

namespace Demo;

/// <summary>Clients that send SQL to the group, one request after another, and check every answer.</summary>
internal sealed class Load(Uri url, string tag) : IDisposable
{
    private static readonly TimeSpan Think = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan QuietThink = TimeSpan.FromSeconds(2);

    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { BaseAddress = url, Timeout = TimeSpan.FromSeconds(100) };
    private readonly List<(Task Task, CancellationTokenSource Stop)> _clients = [];
    private readonly ConcurrentQueue<double> _milliseconds = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private int _number;

    public int Clients => _clients.Count;

    public int Answered => _milliseconds.Count;

    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Time of the request that a share of all requests was not slower than, in milliseconds.</summary>
    public double Percentile(double share)
    {
        var sorted = _milliseconds.Order().ToList();
        return sorted.Count == 0 ? 0 : sorted[(int)Math.Min(sorted.Count - 1, share * sorted.Count)];
    }

    /// <summary>Adds clients, or lets some finish their request and go.</summary>
    public void SetClients(int count)
    {
        while (_clients.Count < count)
        {
            var stop = new CancellationTokenSource();
            _clients.Add((RunAsync(count == 1 ? QuietThink : Think, stop.Token), stop));
        }

        while (_clients.Count > count)
        {
            _clients[^1].Stop.Cancel();
            _clients.RemoveAt(_clients.Count - 1);
        }
    }

    public async Task StopAsync()
    {
        var running = _clients.Select(client => client.Task).ToList();
        SetClients(0);
        await Task.WhenAll(running);
    }

    public void Dispose() => _http.Dispose();

    private async Task RunAsync(TimeSpan think, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await AskAsync(Interlocked.Increment(ref _number));
            await Task.Delay(think, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Some waiting and some real work; the answer must hold this very request's number.</summary>
    private async Task AskAsync(int number)
    {
        var sql = $"with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000) select {number} as request, count(*) as n, sleep(150) as waited from n";
        using var content = new FormUrlEncodedContent([new("sql", sql), new("tags", tag), new("jobName", $"demo-{number}")]);
        var started = Stopwatch.GetTimestamp();
        try
        {
            using var answer = await _http.PostAsync("/run/script", content);
            var body = await answer.Content.ReadAsStringAsync();
            if (answer.IsSuccessStatusCode && body.Contains($"\"request\":{number},\"n\":2000", StringComparison.Ordinal))
                _milliseconds.Enqueue(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            else
                _failures.Enqueue($"request {number}: {(int)answer.StatusCode} {body}");
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            _failures.Enqueue($"request {number}: {failure.Message}");
        }
    }
}
