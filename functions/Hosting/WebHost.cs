using System.Net;
using System.Net.Sockets;
using ControlPlane.Functions.Profiles;
using ControlPlane.Functions.Router.Forwarding;
using ControlPlane.Infra.ProfileFiles;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Console;

namespace ControlPlane.Functions.Hosting;

/// <summary>The web server, the same for both hosts.</summary>
internal static class WebHost
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    /// <summary>All parts, with the address and the log, before they are put together.</summary>
    public static WebApplicationBuilder Prepare(ControlPlaneOptions options, ProfileSet profiles, Action<IServiceCollection> addHost)
    {
        // Settings files that happen to lie in the current folder are not read.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            // As long as it may log anything, every request gets an Activity of its own, which nobody reads.
            .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None)
            // It would write a stack trace for what StartAsync says in one line.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical)
            .AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss ";
                console.ColorBehavior = LoggerColorBehavior.Disabled;
            });
        builder.WebHost.UseForwarding().UseUrls($"http://{new IPEndPoint(options.Address, options.Port)}");
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopTimeout);
        builder.Services.AddControlPlane(options, profiles);
        addHost(builder.Services);
        return builder;
    }

    public static WebApplication Build(WebApplicationBuilder builder)
    {
        var app = builder.Build();
        Pipeline.Build(app);
        return app;
    }

    public static async Task StartAsync(WebApplication app, ControlPlaneOptions options)
    {
        try
        {
            await app.StartAsync();
        }
        catch (IOException failure) when (failure.InnerException is AddressInUseException)
        {
            throw new StartException($"{options.Address}:{options.Port} is in use. Stop what listens there, or choose another port with --listen.");
        }
        catch (SocketException failure)
        {
            throw new StartException($"Cannot listen on {options.Address}:{options.Port}: {failure.Message}.");
        }
    }

    /// <summary>Reads the profiles that come with the program, and the user's own.</summary>
    public static ProfileSet ReadProfiles(ControlPlaneOptions options)
    {
        if (options.ProfileFolders.FirstOrDefault(folder => !Directory.Exists(folder)) is { } missing)
            throw new StartException($"Engine profiles: the folder {missing} is not there. Make it, or correct --profiles.");
        try
        {
            return new ProfileSet(ProfileFolder.Read([Path.Combine(AppContext.BaseDirectory, "profiles"), .. options.ProfileFolders]));
        }
        catch (ProfileException fault)
        {
            throw new StartException($"Engine profiles: {fault.Message}");
        }
    }
}
