namespace ControlPlane.Core.Upgrades;

/// <summary>What one attempt at a step came to.</summary>
public sealed record StepResult
{
    private StepResult()
    {
    }

    /// <summary>What came of it.</summary>
    public StepOutcome Outcome { get; private init; }

    /// <summary>What it waits for, or why it failed; null when it is done.</summary>
    public string? Note { get; private init; }

    /// <summary>What was found and done.</summary>
    public IReadOnlyList<Finding> Findings { get; private init; } = [];

    /// <summary>How long to wait before the next look; zero when something is expected to have changed at once.</summary>
    public TimeSpan Pause { get; private init; }

    /// <summary>It is done.</summary>
    public static StepResult Done(params IReadOnlyList<Finding> findings) => new() { Outcome = StepOutcome.Done, Findings = findings };

    /// <summary>It goes on; look again after a pause.</summary>
    public static StepResult Waiting(string note, TimeSpan pause, params IReadOnlyList<Finding> findings) =>
        new() { Outcome = StepOutcome.Waiting, Note = note, Pause = pause, Findings = findings };

    /// <summary>It cannot be done, now or later: the upgrade returns.</summary>
    public static StepResult Refused(string reason, params IReadOnlyList<Finding> findings) =>
        new() { Outcome = StepOutcome.Refused, Note = reason, Findings = findings };

    /// <summary>It failed, and may go better the next time.</summary>
    public static StepResult Failed(string reason) => new() { Outcome = StepOutcome.Failed, Note = reason };
}

/// <summary>What came of an attempt.</summary>
public enum StepOutcome
{
    /// <summary>Go on with the next step.</summary>
    Done,

    /// <summary>Look again.</summary>
    Waiting,

    /// <summary>Try again, until the step's time is up.</summary>
    Failed,

    /// <summary>Return at once.</summary>
    Refused,
}
