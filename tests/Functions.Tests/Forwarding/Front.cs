using System.Net;
using System.Threading.Channels;
using ControlPlane.Functions.Router.Forwarding;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Functions.Tests.Forwarding;

/// <summary>A real server that forwards everything to one backend and keeps the outcomes.</summary>
internal sealed class Front : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Channel<ForwardOutcome> _outcomes = Channel.CreateUnbounded<ForwardOutcome>();

    private int _running;

    private Front(WebApplication app, Upstream upstream)
    {
        _app = app;
        Upstream = upstream;
        Client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 2000, UseProxy = false }) { Timeout = TimeSpan.FromMinutes(2) };
    }

    public Upstream Upstream { get; }

    public HttpClient Client { get; }

    public int Port { get; private set; }

    /// <summary>How many requests are being forwarded.</summary>
    public int Running => Volatile.Read(ref _running);

    public static async Task<Front> StartAsync(
        Uri backend, UpstreamOptions? options = null, TimeProvider? time = null, Func<HttpContext, Task>? before = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseForwarding().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        var front = new Front(builder.Build(), new Upstream(backend, options ?? new UpstreamOptions(), time ?? TimeProvider.System));
        front._app.Run(context => front.ForwardAsync(context, before));
        await front._app.StartAsync();
        var address = front._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        front.Port = new Uri(address).Port;
        front.Client.BaseAddress = new Uri($"http://127.0.0.1:{front.Port}");
        return front;
    }

    /// <summary>The outcome of the next request to end.</summary>
    public Task<ForwardOutcome> OutcomeAsync() => _outcomes.Reader.ReadAsync().AsTask().Within("an outcome");

    /// <summary>Sends the text as it is and reads the head of the answer.</summary>
    public async Task<string> HeadOfAnswerAsync(string request)
    {
        using var client = await ConnectAsync();
        await client.SendAsync(request);
        return await client.ReadHeadAsync();
    }

    public Task<RawConnection> ConnectAsync() => RawConnection.ConnectAsync(Port);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        Upstream.Dispose();
    }

    private async Task ForwardAsync(HttpContext context, Func<HttpContext, Task>? before)
    {
        Interlocked.Increment(ref _running);
        if (before is not null)
            await before(context);
        var outcome = await Forwarder.ForwardAsync(context, Upstream);
        if (outcome is not ForwardOutcome.Completed && !context.Response.HasStarted)
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
        _outcomes.Writer.TryWrite(outcome);
        Interlocked.Decrement(ref _running);
    }
}
