namespace ControlPlane.FunctionsHost.Durable;

/// <summary>Lets things go wrong at random. The same seed and the same deliveries give the same faults.</summary>
/// <param name="seed">Print it with every failure of a test.</param>
public sealed class SeededFate(int seed) : IDeliveryFate
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);

    /// <summary>How many of a hundred turns are repeated after their answer.</summary>
    public int RepeatedTurns { get; init; }

    /// <summary>How many of a hundred turns meet a kill of the handler.</summary>
    public int KilledTurns { get; init; }

    /// <summary>How many of a hundred activities are repeated, run twice or delivered twice: each of the three.</summary>
    public int RepeatedActivities { get; init; }

    /// <summary>How many of a hundred activities meet a kill of the handler.</summary>
    public int KilledActivities { get; init; }

    /// <summary>How many of a hundred turns get their completions in another order.</summary>
    public int Reorderings { get; init; }

    /// <summary>The longest time from request to kill.</summary>
    public TimeSpan LongestKillDelay { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <inheritdoc/>
    public TurnFate NextTurn(string instanceId, string orchestrator)
    {
        var roll = Pick(100);
        return roll < KilledTurns ? TurnFate.KillHandler : roll < KilledTurns + RepeatedTurns ? TurnFate.RepeatAfterAnswer : TurnFate.Deliver;
    }

    /// <inheritdoc/>
    public ActivityFate NextActivity(string instanceId, string activity)
    {
        var roll = Pick(100) - KilledActivities;
        if (roll < 0)
            return ActivityFate.KillHandler;
        return roll < RepeatedActivities ? ActivityFate.RepeatAfterAnswer
            : roll < 2 * RepeatedActivities ? ActivityFate.RunTwice
            : roll < 3 * RepeatedActivities ? ActivityFate.DeliverTwice
            : ActivityFate.Deliver;
    }

    /// <inheritdoc/>
    public bool Reorders(string instanceId) => Pick(100) < Reorderings;

    /// <inheritdoc/>
    public TimeSpan KillDelay() => LongestKillDelay * Pick(1000) / 1000;

    /// <inheritdoc/>
    public int Pick(int below)
    {
        lock (_gate)
            return _random.Next(below);
    }
}
