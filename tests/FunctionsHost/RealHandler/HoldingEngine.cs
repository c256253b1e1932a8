using System.Net;
using ControlPlane.FunctionsHost.Tests;
using ControlPlane.TestKit;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.FunctionsHost.RealHandler;

/// <summary>An engine that answers at once, or holds every job until it is told to let go.</summary>
internal sealed class HoldingEngine : IAsyncDisposable
{
    private readonly WebApplication _app;
    private TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;

    private HoldingEngine(WebApplication app, int port)
    {
        (_app, Port) = (app, port);
        _open.SetResult();
        app.MapPost("/run/script", async context =>
        {
            Interlocked.Increment(ref _running);
            LastRequest = $"{context.Request.QueryString} {string.Join(' ', context.Request.Headers.Keys)}";
            await Volatile.Read(ref _open).Task.WaitAsync(TimeSpan.FromSeconds(60));
            Interlocked.Decrement(ref _running);
            await context.Response.WriteAsync("[]");
        });
        app.MapFallback(context => context.Response.WriteAsync("{}"));
    }

    public int Port { get; }

    /// <summary>The query and the names of the headers of the last job.</summary>
    public string LastRequest { get; private set; } = "";

    public static async Task<HoldingEngine> StartAsync()
    {
        var port = FreePort.Find();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var engine = new HoldingEngine(builder.Build(), port);
        await engine._app.StartAsync();
        return engine;
    }

    /// <summary>From now on jobs are held.</summary>
    public void Hold() => Volatile.Write(ref _open, new(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>Lets all jobs end.</summary>
    public void Release() => _open.TrySetResult();

    /// <summary>Waits until so many jobs run.</summary>
    public Task HasAsync(int jobs) => Wait.UntilAsync(() => Volatile.Read(ref _running) == jobs, () => $"{jobs} jobs run");

    public async ValueTask DisposeAsync()
    {
        Release();
        await _app.DisposeAsync();
    }
}
