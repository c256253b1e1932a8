namespace ControlPlane.Core.Profiles;

/// <summary>
/// How an engine changes the schema of its database to that of its version: one instance does it while no other runs, and
/// it is done when that instance serves. Nobody restarts it meanwhile, since half a change can be worse than none.
/// </summary>
public sealed record Migration
{
    /// <summary>The program and its arguments of that one instance; the usual command when null.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>How long it may take until it serves, 1 s to 24 h; default 1 h. It takes the place of the boot deadline.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Whether engines of this version also start on the schema from before, with an account that only reads, and go on
    /// without a restart once it is changed and they may write; default false. Those can start before anybody is held up.
    /// </summary>
    public bool CanPreview { get; init; }
}
