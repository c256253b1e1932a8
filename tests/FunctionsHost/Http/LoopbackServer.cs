using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.FunctionsHost.Http;

/// <summary>An HTTP server on a free port of this machine. It listens first and learns later what to answer.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private const long LargestBody = 210L * 1000 * 1000;

    private readonly WebApplication _app;
    private readonly TaskCompletionSource<RequestDelegate> _answer;

    private LoopbackServer(WebApplication app, TaskCompletionSource<RequestDelegate> answer)
    {
        (_app, _answer) = (app, answer);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Address = new Uri(address);
    }

    public Uri Address { get; }

    public static async Task<LoopbackServer> StartAsync(bool isHttp2)
    {
        var answer = new TaskCompletionSource<RequestDelegate>(TaskCreationOptions.RunContinuationsAsynchronously);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = isHttp2 ? HttpProtocols.Http2 : HttpProtocols.Http1);
        });
        builder.Services.AddRouting();
        var app = builder.Build();
        app.Run(async context => await (await answer.Task)(context));
        await app.StartAsync();
        return new LoopbackServer(app, answer);
    }

    /// <summary>Says what is answered: under a path, and by routes.</summary>
    public void Use(string path, RequestDelegate answer, Action<IEndpointRouteBuilder> routes)
    {
        var pipeline = new ApplicationBuilder(_app.Services);
        pipeline.MapWhen(context => context.Request.Path.StartsWithSegments(path == "/" ? "" : path), branch => branch.Run(answer));
        pipeline.UseRouting();

        // The host knows no 405: a method that a route does not take is a route that does not match.
        pipeline.Use((context, next) =>
        {
            if (context.GetEndpoint() is not RouteEndpoint)
                context.SetEndpoint(null);
            return next(context);
        });
        pipeline.UseEndpoints(routes);
        _answer.SetResult(pipeline.Build());
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await _app.StopAsync(now.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        await _app.DisposeAsync();
    }
}
