using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using ControlPlane.EndToEnd.Machine;

namespace ControlPlane.EndToEnd.Upgrades;

/// <summary>
/// Clients that write rows with unique ids through the router, one after the other, and one that only reads. Each id ends
/// up acknowledged, or unknown when no answer came or one that says it failed; none is ever sent twice.
/// </summary>
internal sealed class Writers : IAsyncDisposable
{
    private const int Count = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);

    private readonly Client _client = new();
    private readonly string _tag;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<string, long> _acknowledged = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> _unknown = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<Failure> _failures = new();
    private readonly ConcurrentQueue<Excuse> _excuses = new();
    private readonly ConcurrentDictionary<string, long> _underWay = new(StringComparer.Ordinal);
    private readonly Task[] _senders;
    private volatile TaskCompletionSource _go = new();
    private long _reads;

    private Writers(Uri url, string tag)
    {
        (_client.Url, _tag) = (url, tag);
        _go.SetResult();
        _senders = [.. Enumerable.Range(1, Count).Select(number => Task.Run(() => WriteAsync(number))), Task.Run(ReadAsync)];
    }

    /// <summary>Ids that were answered with 200.</summary>
    public IReadOnlyCollection<string> Acknowledged => [.. _acknowledged.Keys];

    /// <summary>Ids of which only the database knows whether they were written.</summary>
    public IReadOnlyCollection<string> Unknown => [.. _unknown.Keys];

    /// <summary>Reads that were answered with 200.</summary>
    public long Reads => Interlocked.Read(ref _reads);

    public static Writers Begin(Uri url, string tag) => new(url, tag);

    /// <summary>From now until it is disposed of, a request may fail: the test has killed something.</summary>
    public IDisposable AllowFailures()
    {
        var excuse = new Excuse(Stopwatch.GetTimestamp());
        _excuses.Enqueue(excuse);
        return excuse;
    }

    /// <summary>Requests that failed though nothing was killed.</summary>
    public IReadOnlyList<string> FindFailures() => [.. _failures
        .Where(failure => !_excuses.Any(excuse => failure.Until >= excuse.Since && failure.Since <= excuse.Until))
        .Select(failure => failure.ToString())];

    /// <summary>Waits until something was written after this call, so that whoever serves takes writes.</summary>
    public Task TakeMoreAsync(int more = 10, double limitSeconds = 90)
    {
        var before = _acknowledged.Count;
        return Eventually.TrueAsync(
            () => Task.FromResult(_acknowledged.Count >= before + more),
            $"{more} more acknowledged writes; failures: {string.Join("; ", _failures.TakeLast(3))}",
            limitSeconds);
    }

    /// <summary>Waits until what is under way now has ended, for a while only: it may be held.</summary>
    public async Task AwaitRoundAsync()
    {
        var now = Stopwatch.GetTimestamp();
        while (_underWay.Any(since => since.Value < now) && Stopwatch.GetElapsedTime(now) < Round)
            await Task.Delay(Pause);
    }

    /// <summary>Begins nothing more until <see cref="Resume"/>, and waits for what is under way.</summary>
    public Task PauseAsync()
    {
        _go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return Eventually.TrueAsync(() => Task.FromResult(_underWay.IsEmpty), "the end of what is under way");
    }

    public void Resume() => _go.TrySetResult();

    /// <summary>Writes nothing more, and waits for what is under way.</summary>
    public async Task EndAsync()
    {
        await _end.CancelAsync();
        Resume();
        await Task.WhenAll(_senders);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _end.Dispose();
        _client.Dispose();
    }

    private async Task WriteAsync(int writer)
    {
        for (var number = 1; !_end.IsCancellationRequested; number++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"w{writer}-{number}");
            if (await SendAsync($"insert into events (id, body) values ('{id}', 'by {writer}')"))
                _acknowledged[id] = Stopwatch.GetTimestamp();
            else
                _unknown[id] = 0;
        }
    }

    private async Task ReadAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            if (await SendAsync("select count(*) as n from events"))
                Interlocked.Increment(ref _reads);
        }
    }

    private async Task<bool> SendAsync(string sql)
    {
        _underWay[sql] = long.MaxValue;
        if (!_go.Task.IsCompleted)
        {
            _underWay.TryRemove(sql, out _);
            await _go.Task;
        }

        var since = Stopwatch.GetTimestamp();
        _underWay[sql] = since;
        string failure;
        try
        {
            var answer = await _client.RunAsync(_tag, sql);
            await Task.Delay(Pause);
            if (answer.IsWell)
                return true;
            failure = $"{answer.Status}: {answer.Body}";
        }
        catch (Exception broken) when (broken is HttpRequestException or TaskCanceledException or IOException)
        {
            failure = broken.InnerException is { } inner ? $"{broken.Message} {inner.Message}" : broken.Message;
            await Task.Delay(Pause);
        }
        finally
        {
            _underWay.TryRemove(sql, out _);
        }

        _failures.Enqueue(new Failure(since, Stopwatch.GetTimestamp(), $"{sql}: {failure}"));
        return false;
    }

    private sealed record Failure(long Since, long Until, string Text)
    {
        public override string ToString() => $"{Text} (after {Stopwatch.GetElapsedTime(Since, Until).TotalSeconds:0.00} s)";
    }

    private sealed class Excuse(long since) : IDisposable
    {
        private long _until = long.MaxValue;

        public long Since { get; } = since;

        public long Until => Volatile.Read(ref _until);

        public void Dispose() => Volatile.Write(ref _until, Stopwatch.GetTimestamp());
    }
}
