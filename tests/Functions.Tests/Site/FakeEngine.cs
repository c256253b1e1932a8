using System.Collections.Concurrent;
using System.Net;
using ControlPlane.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Functions.Tests.Site;

/// <summary>An engine that does what a test tells it to, and remembers every request that reached it.</summary>
internal sealed class FakeEngine : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SemaphoreSlim _gate = new(0);
    private volatile bool _isHolding;
    private int _running;
    private int _mostRunning;

    private FakeEngine(WebApplication app, string name)
    {
        _app = app;
        Name = name;
        OnRun = (context, _) => context.Response.WriteAsync($"\"{Name}\"");
        OnResource = context => context.Response.WriteAsJsonAsync(new { totalCores = 8, totalTasks = 0, totalUsedMemory = 0, totalMemory = 1 });
    }

    /// <summary>What its answers say, unless a test says otherwise.</summary>
    public string Name { get; }

    public required int Port { get; init; }

    /// <summary>As host:port.</summary>
    public string Address => $"127.0.0.1:{Port}";

    /// <summary>Whether its health page says so.</summary>
    public bool IsHealthy { get; set; } = true;

    /// <summary>Says for each check whether it is good; null leaves it to <see cref="IsHealthy"/>.</summary>
    public Func<bool>? OnHealth { get; set; }

    /// <summary>How it answers a request to run something, once it has read it.</summary>
    public Func<HttpContext, string, Task> OnRun { get; set; }

    /// <summary>Takes a request before its body is read; null reads it first.</summary>
    public Func<HttpContext, Task>? OnStream { get; set; }

    public Func<HttpContext, Task> OnResource { get; set; }

    /// <summary>The requests to run something, in the order of their coming.</summary>
    public ConcurrentQueue<Seen> Runs { get; } = new();

    /// <summary>How many requests run now.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>The most that ever ran at once.</summary>
    public int MostRunning => Volatile.Read(ref _mostRunning);

    /// <summary>How often it was asked for its load.</summary>
    public int ResourceAsks;

    /// <summary>How often it was asked for its health.</summary>
    public int HealthAsks;

    public static async Task<FakeEngine> StartAsync(string name = "engine", int? port = null)
    {
        var listens = port ?? FreePort.Find();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(IPAddress.Loopback, listens);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(1));
        var app = builder.Build();
        var engine = new FakeEngine(app, name) { Port = listens };
        app.Run(engine.AnswerAsync);
        await app.StartAsync();
        return engine;
    }

    /// <summary>From now on each request waits, once it has been read, until it is let go.</summary>
    public void Hold() => _isHolding = true;

    /// <summary>Lets so many of the waiting requests go.</summary>
    public void LetGo(int count = 1) => _gate.Release(count);

    /// <summary>Lets all requests go, and holds no more.</summary>
    public void LetAllGo()
    {
        _isHolding = false;
        _gate.Release(10_000);
    }

    /// <summary>Waits until so many requests run at once.</summary>
    public Task RunningAsync(int count) => Soon.TrueAsync(() => Running == count, $"{count} running requests at {Name}, which has {Running}");

    public async ValueTask DisposeAsync()
    {
        LetAllGo();
        await _app.DisposeAsync();
    }

    /// <summary>Closes its port and every connection, as when its process dies.</summary>
    public Task StopAsync() => _app.StopAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        switch (context.Request.Path.Value)
        {
            case "/health":
                Interlocked.Increment(ref HealthAsks);
                context.Response.StatusCode = (OnHealth?.Invoke() ?? IsHealthy) ? 200 : 500;
                return;
            case "/instance/resource":
                Interlocked.Increment(ref ResourceAsks);
                await OnResource(context);
                return;
            default:
                await RunAsync(context);
                return;
        }
    }

    private async Task RunAsync(HttpContext context)
    {
        var running = Interlocked.Increment(ref _running);
        for (var most = MostRunning; running > most; most = MostRunning)
            Interlocked.CompareExchange(ref _mostRunning, running, most);
        try
        {
            if (OnStream is { } stream)
            {
                Runs.Enqueue(Seen.Of(context, ""));
                await stream(context);
                return;
            }

            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync(context.RequestAborted);
            Runs.Enqueue(Seen.Of(context, body));
            if (_isHolding)
                await _gate.WaitAsync(context.RequestAborted);
            await OnRun(context, body);
        }
        catch (OperationCanceledException)
        {
            // The router went, which tests see in Running.
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}

/// <summary>A request as it reached an engine.</summary>
internal sealed record Seen(string Method, string Target, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public static Seen Of(HttpContext context, string body) => new(
        context.Request.Method,
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
        context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
        body);
}
