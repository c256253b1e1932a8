namespace ControlPlane.FunctionsHost.Durable;

/// <summary>Says what goes wrong with a delivery. Everything it may say can happen with the real storage and host.</summary>
public interface IDeliveryFate
{
    /// <summary>What becomes of the next turn of an instance.</summary>
    TurnFate NextTurn(string instanceId, string orchestrator);

    /// <summary>What becomes of the next run of an activity.</summary>
    ActivityFate NextActivity(string instanceId, string activity);

    /// <summary>Whether the completions among a turn's messages arrive in another order than they were sent.</summary>
    bool Reorders(string instanceId);

    /// <summary>How long after the request the handler is killed, when it is.</summary>
    TimeSpan KillDelay();

    /// <summary>A number from 0 to below the limit.</summary>
    int Pick(int below);
}

/// <summary>What becomes of a turn.</summary>
public enum TurnFate
{
    /// <summary>It is committed.</summary>
    Deliver,

    /// <summary>The handler answers and nothing is kept of it: the messages come again.</summary>
    RepeatAfterAnswer,

    /// <summary>The handler is killed while it may be at work.</summary>
    KillHandler,
}

/// <summary>What becomes of an activity.</summary>
public enum ActivityFate
{
    /// <summary>It runs once, and its result is delivered once.</summary>
    Deliver,

    /// <summary>It runs, nothing is kept, and it runs again.</summary>
    RepeatAfterAnswer,

    /// <summary>It runs twice at the same time, and both results are delivered.</summary>
    RunTwice,

    /// <summary>It runs once, and its result is delivered twice.</summary>
    DeliverTwice,

    /// <summary>The handler is killed while it may be at work.</summary>
    KillHandler,
}

/// <summary>Nothing goes wrong.</summary>
public sealed class FairFate : IDeliveryFate
{
    /// <inheritdoc/>
    public TurnFate NextTurn(string instanceId, string orchestrator) => TurnFate.Deliver;

    /// <inheritdoc/>
    public ActivityFate NextActivity(string instanceId, string activity) => ActivityFate.Deliver;

    /// <inheritdoc/>
    public bool Reorders(string instanceId) => false;

    /// <inheritdoc/>
    public TimeSpan KillDelay() => TimeSpan.Zero;

    /// <inheritdoc/>
    public int Pick(int below) => 0;
}
