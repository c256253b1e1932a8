using System.Collections.Concurrent;
using System.Globalization;

namespace ControlPlane.FunctionsHost.RealHandler.Upgrades;

/// <summary>Clients that write rows with unique ids, each through one of several handlers, until they are stopped.</summary>
internal sealed class IdWriters : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _acknowledged = new();
    private readonly ConcurrentQueue<string> _unknown = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly Task _writing;

    public IdWriters(string tag, IEnumerable<HttpClient> clients) =>
        _writing = Task.WhenAll(clients.Select((client, number) => Task.Run(() => WriteAsync(client, tag, number))));

    /// <summary>Ids that were answered with 200.</summary>
    public IReadOnlyCollection<string> Acknowledged => _acknowledged;

    /// <summary>Ids of which only the database knows whether they were written.</summary>
    public IReadOnlyCollection<string> Unknown => _unknown;

    /// <summary>What was answered instead of 200.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Writes nothing more, and waits for what is under way.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _writing;
    }

    public void Dispose() => _stop.Dispose();

    private async Task WriteAsync(HttpClient client, string tag, int writer)
    {
        for (var number = 1; !_stop.IsCancellationRequested; number++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"w{writer}-{number}");
            if (await SendAsync(client, tag, $"insert into events (id, body) values ('{id}', 'by {writer}')") is not { } failure)
            {
                _acknowledged.Enqueue(id);
                continue;
            }

            _unknown.Enqueue(id);
            _failures.Enqueue($"{id}: {failure}");
            await Task.Delay(Pause);
        }
    }

    /// <summary>Null when it was answered with 200.</summary>
    private static async Task<string?> SendAsync(HttpClient client, string tag, string sql)
    {
        try
        {
            using var form = new FormUrlEncodedContent([new("sql", sql), new("tags", tag)]);
            using var answer = await client.PostAsync("run/script", form);
            return answer.IsSuccessStatusCode ? null : $"{answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
        }
        catch (Exception broken) when (broken is HttpRequestException or TaskCanceledException or IOException)
        {
            return broken.Message;
        }
    }
}
