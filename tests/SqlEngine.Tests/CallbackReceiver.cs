using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;

namespace ControlPlane.SqlEngine.Tests;

/// <summary>A caller's side of asynchronous jobs: it answers with the statuses it is given, then always with 200.</summary>
internal sealed class CallbackReceiver : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly Channel<Delivery> _deliveries = Channel.CreateUnbounded<Delivery>();
    private readonly ConcurrentQueue<HttpStatusCode> _statuses;
    private readonly WebApplication _app;

    private CallbackReceiver(IEnumerable<HttpStatusCode> statuses)
    {
        _statuses = new(statuses);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add("http://127.0.0.1:0");
        _app.MapPost("/done", (RequestDelegate)ReceiveAsync);
    }

    public string Url => $"{_app.Urls.Single()}/done";

    public static async Task<CallbackReceiver> StartAsync(params HttpStatusCode[] statuses)
    {
        var receiver = new CallbackReceiver(statuses);
        await receiver._app.StartAsync();
        return receiver;
    }

    public async Task<Delivery> NextAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            return await _deliveries.Reader.ReadAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"After {Deadline.TotalSeconds} s there is still missing: a callback.");
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ReceiveAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        context.Response.StatusCode = (int)(_statuses.TryDequeue(out var status) ? status : HttpStatusCode.OK);
        await _deliveries.Writer.WriteAsync(new Delivery(
            form.ToDictionary(field => field.Key, field => field.Value.ToString()),
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase)));
    }

    internal sealed record Delivery(IReadOnlyDictionary<string, string> Form, IReadOnlyDictionary<string, string> Headers);
}
