using ControlPlane.Durable.Client;
using ControlPlane.Durable.Embedded;
using ControlPlane.Durable.Model;
using ControlPlane.Infra.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Infra.Tests.Sqlite;

/// <summary>An engine on a state file, which can be ended and begun again.</summary>
internal sealed class RunningEngine : IDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly OrchestrationRegistry _registry;
    private readonly EmbeddedEngineOptions _options;
    private readonly TimeProvider _time;

    public RunningEngine(
        OrchestrationRegistry registry,
        EmbeddedEngineOptions? options = null,
        TimeProvider? time = null,
        Func<IOrchestrationStore, IOrchestrationStore>? wrap = null)
    {
        _registry = registry;
        _options = options ?? new();
        _time = time ?? TimeProvider.System;
        Engine = Create(wrap);
        Engine.Start();
    }

    public TemporaryState State { get; } = new();

    public EmbeddedEngine Engine { get; private set; }

    public IOrchestrationClient Client => Engine.Client;

    public IOrchestrationStore Store => new SqliteOrchestrationStore(State.File);

    /// <summary>Drops the engine as it stands and begins another one on the same file.</summary>
    public async Task CrashAsync(Func<IOrchestrationStore, IOrchestrationStore>? wrap = null)
    {
        await Engine.DisposeAsync();
        await State.ReopenAsync();
        Engine = Create(wrap);
        Engine.Start();
    }

    public async Task<OrchestrationInstance> RunAsync(string orchestrator, object? input, string id)
    {
        await Client.StartAsync(orchestrator, input, id);
        return await Client.WaitForCompletionAsync(id, Deadline);
    }

    public void Dispose()
    {
        Engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
        State.Dispose();
    }

    private EmbeddedEngine Create(Func<IOrchestrationStore, IOrchestrationStore>? wrap)
    {
        var store = Store;
        return new(wrap is null ? store : wrap(store), _registry, _options, _time, NullLogger<EmbeddedEngine>.Instance);
    }
}
