using SqlEngine.Lifecycle;

namespace SqlEngine.Instance;

/// <summary>What <c>/instance/info</c> answers.</summary>
/// <param name="Name">The name given by <c>--name</c>.</param>
/// <param name="Version">The version given by <c>--engine-version</c>, or the engine's own.</param>
/// <param name="Database">The database: its file, that it is private, or account and server.</param>
/// <param name="DatabaseKind">sqlite or postgresql.</param>
/// <param name="SchemaVersion">The version of the schema that it needs there; none unless it was told.</param>
/// <param name="StartedAt">When the process started, in UTC.</param>
/// <param name="State">starting, migrating, ready, draining or stopping.</param>
/// <param name="Jobs">Jobs that run now.</param>
internal sealed record InstanceInfo(string Name, string Version, string Database, string DatabaseKind, int? SchemaVersion, DateTimeOffset StartedAt, string State, int Jobs)
{
    public static InstanceInfo Of(Engine engine) => new(
        engine.Options.Name,
        engine.Options.EngineVersion,
        engine.Database.Name,
        engine.Database.Kind,
        engine.Options.SchemaVersion,
        engine.Lifecycle.StartedAt,
        engine.Lifecycle.State.ToWord(),
        engine.Jobs.Count);
}
