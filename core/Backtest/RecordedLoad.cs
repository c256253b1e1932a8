namespace ControlPlane.Core.Backtest;

/// <summary>The jobs that a record of pressure tells of.</summary>
public sealed record RecordedLoad
{
    /// <summary>The jobs, by arrival, counted from <see cref="From"/>.</summary>
    public required IReadOnlyList<TimedJob> Jobs { get; init; }

    /// <summary>Where the record begins; later than asked when there is none before.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Where it ends.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>How many records it is made from.</summary>
    public required int Records { get; init; }

    /// <summary>The longest time between two of them, in which the load is taken to have stayed as it was.</summary>
    public required TimeSpan LongestGap { get; init; }

    /// <summary>Jobs that were never seen to run: they gave up waiting, or waited still at the end. Each is given the mean length of the others.</summary>
    public required int NeverRan { get; init; }

    /// <summary>The part of the time in which ended jobs were not counted, 0 to 1. There the number of jobs is a guess, and their work is not.</summary>
    public required double UncountedShare { get; init; }

    /// <summary>The work that was seen: running jobs times the time that they ran.</summary>
    public required TimeSpan SeenWork { get; init; }
}
