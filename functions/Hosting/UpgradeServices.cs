using ControlPlane.Core.Databases;
using ControlPlane.Core.Upgrades;
using ControlPlane.Functions.Activities;
using ControlPlane.Functions.Databases;
using ControlPlane.Functions.Endpoints;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Orchestrations;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Upgrades;
using ControlPlane.Functions.Upgrades.Attempts;
using ControlPlane.Functions.Upgrades.Steps;
using ControlPlane.Infra.DatabaseFile;
using ControlPlane.Infra.Postgres;
using ControlPlane.Infra.SqliteDatabases;

namespace ControlPlane.Functions.Hosting;

/// <summary>Puts the parts of upgrades together.</summary>
internal static class UpgradeServices
{
    public static void AddUpgrades(this IServiceCollection services, ControlPlaneOptions options)
    {
        if (options.Databases.Any(entry => entry.Address.Kind != SqliteFolder.Kind) && PostgresServer.Missing is { } missing)
            throw new StartException($"{missing}, and the databases that were given need it.");
        foreach (var entry in options.Databases)
            services.AddSingleton<IDatabaseServer>(provider => Connect(entry, options, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<DatabaseServers>();
        services.AddSingleton(new AccountSecrets(options.SecretKey));
        services.AddSingleton(new ReportSigner(options.SecretKey));
        services.AddSingleton(new UpgradeBackups(Path.Combine(Path.GetFullPath(options.DataFolder), "backups"), isPassing: options.DataFolder == FunctionsApp.DataFolder));
        services.AddSingleton(RegistryKinds.Upgrades);
        services.AddSingleton<Registry<Upgrade>>();
        services.AddSingleton<UpgradeBook>();
        services.AddSingleton<UpgradeWork>();
        services.AddSingleton<UpgradeStart>();
        services.AddSingleton<UpgradeShow>();
        services.AddSingleton<GroupBook>();
        services.AddSingleton<Scenes>();
        services.AddSingleton<StartingPoints>();
        services.AddSingleton<DatabasePreflight>();
        services.AddSingleton<Preflight>();
        services.AddSingleton<Accounts>();
        services.AddSingleton<Fleet>();
        services.AddSingleton<Replacement>();
        services.AddSingleton<Restart>();
        services.AddSingleton<RecentOutcomes>();
        services.AddSingleton<Traffic>();
        services.AddSingleton<LongWork>();
        services.AddSingleton<VerifiedTables>();
        services.AddSingleton<SmokeTest>();
        services.AddSingleton<UpgradeSteps>();
        services.AddSingleton<UpgradeTurns>();
        services.AddSingleton<AdvanceUpgrade>();
        services.AddUpgradeSteps();
        services.AddSingleton<UpgradeRemoval>();
        services.AddSingleton<IEndpointGroup, UpgradeEndpoints>();
        services.AddSingleton<IEndpointGroup, UpgradeOrderEndpoints>();
    }

    private static IDatabaseServer Connect(DatabaseEntry entry, ControlPlaneOptions options, TimeProvider time) =>
        entry.Address.Kind == SqliteFolder.Kind ? new SqliteFolder(entry.Name, entry.Address.Host, time) : ConnectPostgres(entry, options, time);

    private static PostgresServer ConnectPostgres(DatabaseEntry entry, ControlPlaneOptions options, TimeProvider time) => new(new PostgresOptions
    {
        Name = entry.Name,
        Host = entry.Address.Host,
        Port = entry.Address.Port,
        AdminUser = entry.User,
        AdminPassword = entry.Password.Length == 0 ? null : entry.Password,
        WorkFolder = Path.Combine(Path.GetFullPath(options.DataFolder), "copies"),
    }, time);
}
