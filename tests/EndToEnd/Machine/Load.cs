using System.Collections.Concurrent;

namespace ControlPlane.EndToEnd.Machine;

/// <summary>Clients that each send one script after the other to a group until they are told to stop.</summary>
internal sealed class Load : IAsyncDisposable
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(50);

    private readonly Client _client;
    private readonly string _tag;
    private readonly string _sql;
    private readonly CancellationTokenSource _end = new();
    private readonly Task[] _senders;
    private readonly ConcurrentQueue<Answer> _answers = new();
    private readonly ConcurrentQueue<string> _failures = new();

    private Load(Client client, string tag, string sql, int clients)
    {
        (_client, _tag, _sql) = (client, tag, sql);
        _senders = [.. Enumerable.Range(0, clients).Select(_ => Task.Run(SendAsync))];
    }

    /// <summary>What was answered so far.</summary>
    public IReadOnlyCollection<Answer> Answers => _answers;

    /// <summary>Requests that got no answer at all so far.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    public static Load Begin(Client client, string tag, string sql, int clients) => new(client, tag, sql, clients);

    /// <summary>Sends nothing more, and waits until everything that was sent is answered.</summary>
    public async Task EndAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_senders);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _end.Dispose();
    }

    private async Task SendAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                _answers.Enqueue(await _client.RunAsync(_tag, _sql));
            }
            catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException or IOException)
            {
                _failures.Enqueue(failure.Message);
                await Task.Delay(RetryPause);
            }
        }
    }
}
