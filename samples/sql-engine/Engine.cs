using SqlEngine.Data;
using SqlEngine.Jobs;
using SqlEngine.Lifecycle;
using SqlEngine.Options;
using SqlEngine.Sessions;

namespace SqlEngine;

/// <summary>One engine instance, put together by hand: a container would cost start time and tell less.</summary>
internal sealed partial class Engine : IDisposable
{
    private readonly CallbackSender _callbacks;
    private readonly SessionPool _sessions;
    private readonly ILogger _logger;

    public Engine(EngineOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        Options = options;
        Time = time;
        _logger = loggers.CreateLogger<Engine>();
        Schema = SchemaOf(options);
        Database = Open(options, Schema);
        Lifecycle = new EngineLifecycle(options, time);
        Jobs = new JobTable(options, Lifecycle, time);
        _sessions = new SessionPool(options, Database, time);
        Scripts = new ScriptRunner(_sessions);
        _callbacks = new CallbackSender(time, loggers.CreateLogger<CallbackSender>());
        AsyncJobs = new AsyncJobs(options, Jobs, Scripts, _callbacks, loggers.CreateLogger<AsyncJobs>());
    }

    public EngineOptions Options { get; }

    public TimeProvider Time { get; }

    /// <summary>The tables that it needs; null when it was not told.</summary>
    public ISchema? Schema { get; }

    public IDatabase Database { get; }

    public EngineLifecycle Lifecycle { get; }

    public JobTable Jobs { get; }

    public ScriptRunner Scripts { get; }

    public AsyncJobs AsyncJobs { get; }

    /// <summary>Takes no new work from now on. Doing it again changes nothing.</summary>
    public void Drain()
    {
        if (Lifecycle.Drain())
            LogDraining(Options.Name, Jobs.Count);
    }

    private static ISchema? SchemaOf(EngineOptions options) => options switch
    {
        { SchemaVersion: null } => null,
        { Postgres: { } postgres } => new Postgres.Schema(postgres, options.Name),
        { DatabaseFile: { } file } => new Sqlite.Schema(file),
        _ => null,
    };

    private static IDatabase Open(EngineOptions options, ISchema? schema)
    {
        if (!options.Migrates)
            schema?.Check(options.SchemaVersion!.Value);
        return options.Postgres is { } postgres ? new Postgres.Database(postgres, options.Name) : new Sqlite.Database(options.DatabaseFile);
    }

    public void Dispose()
    {
        AsyncJobs.Dispose();
        _callbacks.Dispose();
        _sessions.Dispose();
        Database.Dispose();
    }
}
