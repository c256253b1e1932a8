using System.Security.Cryptography;

namespace ControlPlane.Durable.Embedded;

/// <summary>Settings of the embedded engine.</summary>
public sealed record EmbeddedEngineOptions
{
    /// <summary>The most turns at once, 1 or more. The default is 64: a turn mostly waits for the store. More turns share one flush to disk.</summary>
    public int MaxConcurrentTurns { get; init; } = 64;

    /// <summary>The most activities at once, 1 or more. The default is 64. Others wait in the store.</summary>
    public int MaxConcurrentActivities { get; init; } = 64;

    /// <summary>The most messages one turn takes, 1 or more. The default is 1,000; the rest waits for the turn after.</summary>
    public int MaxMessagesPerTurn { get; init; } = 1_000;

    /// <summary>
    /// From how many history events on a warning is logged. The default is 10,000. Every turn replays all of them, so
    /// an orchestration that lives on should continue as new long before.
    /// </summary>
    public int HistoryWarning { get; init; } = 10_000;

    /// <summary>How long finished instances are kept; for ever when null. The default is seven days.</summary>
    public TimeSpan? Retention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Makes the id of a new execution. Ids must never repeat. The default is 128 random bits.</summary>
    public Func<string> NewExecutionId { get; init; } = () => RandomNumberGenerator.GetHexString(32, lowercase: true);
}
