using System.Net;
using ControlPlane.Functions.Registry;
using ControlPlane.Infra.LocalProcess;
using ControlPlane.Infra.Sqlite;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace ControlPlane.Functions.Hosting;

/// <summary>Runs the control plane on one machine, with its state in one file, until it is told to stop.</summary>
internal static class SingleMachine
{
    /// <summary>Where the state is unless set.</summary>
    public const string DataFolder = "./data";

    public static async Task<int> RunAsync(ControlPlaneOptions options)
    {
        if (!IPAddress.IsLoopback(options.Address) && options.Keys.IsEmpty)
            throw new StartException($"Listening on {options.Address} needs keys, since others can reach it. Give --keys-file, or listen on 127.0.0.1.");

        var profiles = WebHost.ReadProfiles(options);
        var folder = new StateFolder(options.DataFolder);
        await using var file = folder.Open();
        var local = new LocalProcessOptions
        {
            Owner = await StateFolder.IdentifyAsync(new SqliteEntityStore(file, TimeProvider.System)),
            DataFolder = folder.InstancesFolder,
            EnginePath = options.EnginePath,
            Slots = options.LocalSlots,
        };

        var keyed = options with { SecretKey = SecretKey.OfFolder(folder.FullPath) };
        await using var app = WebHost.Build(WebHost.Prepare(keyed, profiles, services => services.AddSingleMachine(file, local)));

        // Whoever is answered by this process must find what was registered before it started.
        await app.Services.GetRequiredService<RegistryFeed>().RefreshAsync();
        await WebHost.StartAsync(app, options);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Console.WriteLine($"ControlPlane {Product.Version} listens on {address}, state in {folder.FullPath}");
        await app.WaitForShutdownAsync();
        // The instances go on: the next start takes them over.
        if (app.Services.GetRequiredService<Breakdown>().HasHappened)
            return ExitCodes.Failure;
        await app.Services.GetRequiredService<LocalShutdown>().RunAsync();
        return ExitCodes.Ok;
    }
}
