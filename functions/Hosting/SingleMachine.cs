using System.Net;
using System.Net.Sockets;
using ControlPlane.Functions.Profiles;
using ControlPlane.Infra.LocalProcess;
using ControlPlane.Infra.ProfileFiles;
using ControlPlane.Infra.Sqlite;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Logging.Console;

namespace ControlPlane.Functions.Hosting;

/// <summary>Starts the control plane on one machine and runs it until it is told to stop.</summary>
internal static class SingleMachine
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(ControlPlaneOptions options)
    {
        if (!IPAddress.IsLoopback(options.Address) && options.Keys.IsEmpty)
            throw new StartException($"Listening on {options.Address} needs keys, since others can reach it. Give --keys-file, or listen on 127.0.0.1.");

        var profiles = ReadProfiles(options);
        var folder = new StateFolder(options.DataFolder);
        await using var file = folder.Open();
        var local = new LocalProcessOptions
        {
            Owner = await StateFolder.IdentifyAsync(new SqliteEntityStore(file, TimeProvider.System)),
            DataFolder = folder.InstancesFolder,
            EnginePath = options.EnginePath,
            Slots = options.LocalSlots,
        };

        await using var app = Build(Prepare(options, profiles, file, local));
        await StartAsync(app, options);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Console.WriteLine($"ControlPlane {Product.Version} listens on {address}, state in {folder.FullPath}");
        await app.WaitForShutdownAsync();
        await app.Services.GetRequiredService<LocalShutdown>().RunAsync();
        return ExitCodes.Ok;
    }

    /// <summary>Everything but the starting: the parts, the address, the log.</summary>
    public static WebApplicationBuilder Prepare(ControlPlaneOptions options, ProfileSet profiles, SqliteFile file, LocalProcessOptions local)
    {
        // Settings files that happen to lie in the current folder are not read.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
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
        builder.Services.AddSingleMachine(file, local);
        return builder;
    }

    public static WebApplication Build(WebApplicationBuilder builder)
    {
        var app = builder.Build();
        Pipeline.Build(app);
        return app;
    }

    private static async Task StartAsync(WebApplication app, ControlPlaneOptions options)
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
