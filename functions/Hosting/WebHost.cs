using System.Net.Sockets;
using ControlPlane.Functions.Profiles;
using ControlPlane.Infra.ProfileFiles;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Console;

namespace ControlPlane.Functions.Hosting;

/// <summary>The web server, the same for both hosts.</summary>
internal static class WebHost
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Builds it. What differs between the hosts is theirs to add.</summary>
    public static WebApplication Build(ControlPlaneOptions options, Action<IServiceCollection> addHost)
    {
        if (options.ProfileFolders.FirstOrDefault(folder => !Directory.Exists(folder)) is { } missing)
            throw new StartException($"Engine profiles: the folder {missing} is not there. Make it, or correct --profiles.");
        var profiles = ReadProfiles(options);

        // Settings files that happen to lie in the current folder are not read.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            // It would write a stack trace for what StartAsync says in one line.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical)
            .AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss ";
                console.ColorBehavior = LoggerColorBehavior.Disabled;
            });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(options.Address, options.Port);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopTimeout);
        builder.Services.AddControlPlane(options, profiles);
        addHost(builder.Services);
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

    private static ProfileSet ReadProfiles(ControlPlaneOptions options)
    {
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
