using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Bench.Groups;

/// <summary>Every engine of every group, as paths of a few ports of this process: they answer checks, say how busy they are, and hold their jobs until told.</summary>
internal sealed class Engines : IAsyncDisposable
{
    private const int Ports = 8;

    private readonly WebApplication _app;
    private readonly int _firstPort;
    private TaskCompletionSource? _hold;
    private int _asks;

    private Engines(WebApplication app, int firstPort) => (_app, _firstPort) = (app, firstPort);

    /// <summary>Whether all say that they are busy, with another number of tasks each time, so that each look finds something new.</summary>
    public bool IsBusy { get; set; }

    public static async Task<Engines> StartAsync()
    {
        for (var port = 20_000; ; port += Ports)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            var first = port;
            builder.WebHost.ConfigureKestrel(kestrel =>
            {
                for (var offset = 0; offset < Ports; offset++)
                    kestrel.Listen(IPAddress.Loopback, first + offset);
            });
            var app = builder.Build();
            var engines = new Engines(app, port);
            app.Run(engines.AnswerAsync);
            try
            {
                await app.StartAsync();
                return engines;
            }
            catch (IOException) when (port < 40_000)
            {
                // One of the ports is taken.
                await app.DisposeAsync();
            }
        }
    }

    public string UrlOf(int number) => $"http://127.0.0.1:{_firstPort + (number % Ports)}/e{number}";

    /// <summary>From now on jobs do not end.</summary>
    public void Hold() => Volatile.Write(ref _hold, new(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>Ends all jobs, and those that come after them at once.</summary>
    public void LetGo() => Interlocked.Exchange(ref _hold, null)?.SetResult();

    public async ValueTask DisposeAsync()
    {
        LetGo();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (path.EndsWith("/instance/resource", StringComparison.Ordinal))
        {
            var tasks = IsBusy ? 1 + (Interlocked.Increment(ref _asks) & 3) : 0;
            await context.Response.WriteAsync($$"""{"totalCores":8,"totalTasks":{{tasks}},"totalUsedMemory":0,"totalMemory":1}""");
        }
        else if (path.EndsWith("/run/script", StringComparison.Ordinal))
        {
            if (Volatile.Read(ref _hold) is { } hold)
                await hold.Task.WaitAsync(context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await context.Response.WriteAsync("[]");
        }
        else
        {
            await context.Response.WriteAsync("ok");
        }
    }
}
