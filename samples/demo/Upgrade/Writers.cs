using System.Collections.Concurrent;
using System.Diagnostics;

namespace Demo.Upgrade;

/// <summary>
/// Clients that write rows with ids of their own through the router, one after another, and keep those that were
/// acknowledged. None writes an id twice.
/// </summary>
internal sealed class Writers : IAsyncDisposable
{
    /// <summary>Longer than any request may be held.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    private readonly HttpClient _http;
    private readonly string _tag;
    private readonly TimeSpan _think;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _acknowledged = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly Lock _clock = new();
    private readonly Task[] _clients;
    private int _waiting;
    private long _lastAnswer = Stopwatch.GetTimestamp();

    public Writers(Uri url, string tag, int clients, TimeSpan think)
    {
        _http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = clients }) { BaseAddress = url, Timeout = Patience };
        (_tag, _think) = (tag, think);
        _clients = [.. Enumerable.Range(1, clients).Select(RunAsync)];
    }

    public IReadOnlyCollection<string> Acknowledged => _acknowledged;

    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Requests that are sent and not answered.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>The longest that a client waited for an answer.</summary>
    public TimeSpan Longest { get; private set; }

    /// <summary>The longest time in which none of them was answered.</summary>
    public TimeSpan LongestSilence { get; private set; }

    /// <summary>Lets each end its request, and waits for that.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _http.CancelPendingRequests();
        await Task.WhenAll(_clients);
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(int client)
    {
        for (var number = 1; !_stop.IsCancellationRequested; number++)
        {
            Interlocked.Increment(ref _waiting);
            await WriteAsync($"c{client}-{number}");
            Interlocked.Decrement(ref _waiting);
            await Task.Delay(_think, TimeProvider.System, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WriteAsync(string id)
    {
        using var content = new FormUrlEncodedContent([new("sql", $"insert into events (id, body) values ('{id}', 'written by a client')"), new("tags", _tag)]);
        var began = Stopwatch.GetTimestamp();
        try
        {
            using var answer = await _http.PostAsync(new Uri("/run/script", UriKind.Relative), content);
            if (answer.IsSuccessStatusCode)
                Acknowledge(id, began);
            else
                _failures.Enqueue($"{id}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            _failures.Enqueue($"{id}: {failure.Message}");
        }
    }

    private void Acknowledge(string id, long began)
    {
        _acknowledged.Enqueue(id);
        lock (_clock)
        {
            var now = Stopwatch.GetTimestamp();
            var (took, silence) = (Stopwatch.GetElapsedTime(began, now), Stopwatch.GetElapsedTime(_lastAnswer, now));
            Longest = took > Longest ? took : Longest;
            LongestSilence = silence > LongestSilence ? silence : LongestSilence;
            _lastAnswer = now;
        }
    }
}
