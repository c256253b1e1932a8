using SqlEngine.Lifecycle;

namespace SqlEngine.Instance;

/// <summary>What <c>/instance/drain</c> and <c>/instance/undrain</c> answer: the state now, and the jobs that still run.</summary>
internal sealed record DrainAnswer(string State, int RunningJobs)
{
    public static DrainAnswer Of(Engine engine) => new(engine.Lifecycle.State.ToWord(), engine.Jobs.Count);
}
