using Microsoft.AspNetCore.Server.Kestrel.Core;
using SqlEngine.Endpoints;
using SqlEngine.Lifecycle;
using SqlEngine.Options;
using SqlEngine.Problems;

namespace SqlEngine;

/// <summary>Puts an engine behind HTTP.</summary>
internal static class EngineApp
{
    // Watching configuration files costs every instance an inotify handle, and there are none to watch.
    private static readonly string[] NoWatching = ["--hostBuilder:reloadConfigOnChange=false"];

    /// <summary>The application, ready to start. Disposing it ends the engine.</summary>
    public static WebApplication Build(EngineOptions options, TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { Args = NoWatching, ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning)
            // It would write a stack trace for what Program says in one line.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.WebHost.ConfigureKestrel(Configure);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainTimeout + (2 * EngineService.LastWords));
        builder.Services.AddSingleton(services => new Engine(options, time, services.GetRequiredService<ILoggerFactory>()));
        builder.Services.AddHostedService<EngineService>();
        builder.Services.AddHostedService<MigrationService>();

        var app = builder.Build();
        foreach (var url in options.Urls)
            app.Urls.Add(url);
        Map(app);
        return app;
    }

    private static void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http1);
        kestrel.Limits.MaxRequestBodySize = RequestParameters.MostBodyBytes;
    }

    private static void Map(WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = WriteUnexpectedAsync });
        app.UseStatusCodePages(page => KnownProblems.OfStatus(page.HttpContext.Response.StatusCode).WriteAsync(page.HttpContext));
        var engine = app.Services.GetRequiredService<Engine>();
        app.MapRunScript(engine);
        app.MapJobs(engine);
        app.MapInstance(engine);
        app.MapHealth(engine);
    }

    private static Task WriteUnexpectedAsync(HttpContext context) => KnownProblems.Unexpected.WriteAsync(context);
}
