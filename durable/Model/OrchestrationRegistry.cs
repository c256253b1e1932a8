using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace ControlPlane.Durable.Model;

/// <summary>The orchestrators and activities of this program, by name. Fill it before anything runs.</summary>
/// <param name="json">How inputs, results and events are written; web defaults when null.</param>
public sealed class OrchestrationRegistry(JsonSerializerOptions? json = null)
{
    private readonly Dictionary<string, OrchestratorCode> _orchestrators = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, ActivityCode> _activities = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How inputs, results and events are written.</summary>
    public Payload Payload { get; } = new(json ?? JsonSerializerOptions.Web);

    /// <summary>The names of all orchestrators.</summary>
    public IReadOnlyCollection<string> Orchestrators => _orchestrators.Keys;

    /// <summary>The names of all activities.</summary>
    public IReadOnlyCollection<string> Activities => _activities.Keys;

    /// <summary>Makes an orchestrator known.</summary>
    /// <param name="name">Unique among orchestrators; case is ignored.</param>
    /// <param name="run">The code, run again from the start on every turn: see <see cref="OrchestrationContext"/>.</param>
    /// <exception cref="ArgumentException">The name is empty or taken.</exception>
    public OrchestrationRegistry AddOrchestrator<TIn, TOut>(string name, Func<OrchestrationContext, TIn, Task<TOut>> run) =>
        Add(_orchestrators, "orchestrator", name, async (context, input) =>
            Payload.Write(await run(context, Payload.Read<TIn>(input))));

    /// <summary>Makes an orchestrator without output known.</summary>
    /// <inheritdoc cref="AddOrchestrator{TIn, TOut}(string, Func{OrchestrationContext, TIn, Task{TOut}})"/>
    public OrchestrationRegistry AddOrchestrator<TIn>(string name, Func<OrchestrationContext, TIn, Task> run) =>
        Add(_orchestrators, "orchestrator", name, async (context, input) =>
        {
            await run(context, Payload.Read<TIn>(input));
            return null;
        });

    /// <summary>Makes an activity known.</summary>
    /// <param name="name">Unique among activities; case is ignored.</param>
    /// <param name="run">The work, at least once per call: see <see cref="ActivityContext.Key"/>.</param>
    /// <exception cref="ArgumentException">The name is empty or taken.</exception>
    public OrchestrationRegistry AddActivity<TIn, TOut>(
        string name, Func<ActivityContext, TIn, CancellationToken, Task<TOut>> run) =>
        Add(_activities, "activity", name, async (context, input, cancellation) =>
            Payload.Write(await run(context, Payload.Read<TIn>(input), cancellation)));

    /// <summary>Makes an activity without result known.</summary>
    /// <inheritdoc cref="AddActivity{TIn, TOut}(string, Func{ActivityContext, TIn, CancellationToken, Task{TOut}})"/>
    public OrchestrationRegistry AddActivity<TIn>(string name, Func<ActivityContext, TIn, CancellationToken, Task> run) =>
        Add(_activities, "activity", name, async (context, input, cancellation) =>
        {
            await run(context, Payload.Read<TIn>(input), cancellation);
            return null;
        });

    internal bool TryGetOrchestrator(string name, [NotNullWhen(true)] out OrchestratorCode? code) =>
        _orchestrators.TryGetValue(name, out code);

    internal bool TryGetActivity(string name, [NotNullWhen(true)] out ActivityCode? code) =>
        _activities.TryGetValue(name, out code);

    private OrchestrationRegistry Add<TCode>(Dictionary<string, TCode> known, string kind, string name, TCode code)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (!known.TryAdd(name, code))
            throw new ArgumentException($"There is already an {kind} named '{name}'.", nameof(name));
        return this;
    }
}

/// <summary>An orchestrator: JSON text in, JSON text out.</summary>
internal delegate Task<string?> OrchestratorCode(OrchestrationContext context, string? input);

/// <summary>An activity: JSON text in, JSON text out.</summary>
internal delegate Task<string?> ActivityCode(ActivityContext context, string? input, CancellationToken cancellation);
