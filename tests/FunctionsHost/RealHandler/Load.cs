namespace ControlPlane.FunctionsHost.RealHandler;

/// <summary>Callers that give a group work until they are stopped.</summary>
internal sealed class Load : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _callers;

    private Load(HttpClient client, string tag, int clients) =>
        _callers = Task.WhenAll(Enumerable.Range(0, clients).Select(_ => CallAsync(client, tag, _stop.Token)));

    public static Load Begin(HttpClient client, string tag, int clients) => new(client, tag, clients);

    public static async Task<HttpResponseMessage> RunAsync(HttpClient client, string tag, CancellationToken cancellation = default)
    {
        using var form = new FormUrlEncodedContent([new("sql", "select sleep(200) as ms"), new("tags", tag)]);
        return await client.PostAsync("run/script", form, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _callers;
        _stop.Dispose();
    }

    private static async Task CallAsync(HttpClient client, string tag, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                using var answer = await RunAsync(client, tag, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Enough.
        }
    }
}
