using SqlEngine.Lifecycle;

namespace SqlEngine.Instance;

/// <summary>What <c>/instance/info</c> answers.</summary>
/// <param name="Name">The name given by <c>--name</c>.</param>
/// <param name="Version">The version given by <c>--engine-version</c>, or the engine's own.</param>
/// <param name="Database">The database file, or that it is private.</param>
/// <param name="StartedAt">When the process started, in UTC.</param>
/// <param name="State">starting, ready, draining or stopping.</param>
/// <param name="Jobs">Jobs that run now.</param>
internal sealed record InstanceInfo(string Name, string Version, string Database, DateTimeOffset StartedAt, string State, int Jobs)
{
    public static InstanceInfo Of(Engine engine) => new(
        engine.Options.Name,
        engine.Options.EngineVersion,
        engine.Database.Name,
        engine.Lifecycle.StartedAt,
        engine.Lifecycle.State.ToWord(),
        engine.Jobs.Count);
}
