using SqlEngine.Data;

namespace SqlEngine.Lifecycle;

/// <summary>
/// Changes the schema of the database while the port answers that the engine lives and does not serve. When it cannot, the
/// engine ends: it must not serve on a schema that it does not know.
/// </summary>
internal sealed partial class MigrationService(Engine engine, IHostApplicationLifetime host, ILogger<MigrationService> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var options = engine.Options;
        if (engine.Schema is not { } schema || options is not { Migrates: true, SchemaVersion: { } version })
            return;
        LogMigrating(options.Name, version);
        try
        {
            await Task.Run(() => schema.Migrate(version, options.MigrationTime, stoppingToken), stoppingToken);
            LogMigrated(options.Name, version);
            engine.Lifecycle.EndMigration();
        }
        catch (Exception failure) when (failure is SqlFailure or SchemaMismatchException)
        {
            var reason = failure is SchemaMismatchException ? $"the database {failure.Message}" : failure.Message;
            LogFailed(options.Name, reason);
            Environment.ExitCode = 1;
            host.StopApplication();
        }
    }
}
