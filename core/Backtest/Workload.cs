namespace ControlPlane.Core.Backtest;

/// <summary>The jobs of a trace, scaled to the wanted need and in the order of their arrival.</summary>
public sealed record Workload
{
    /// <summary>What it is called in tables.</summary>
    public required string Name { get; init; }

    /// <summary>The jobs, by arrival.</summary>
    public required IReadOnlyList<Job> Jobs { get; init; }

    /// <summary>Steps from the first arrival's day to the end; long enough after the last arrival that every job can start in time.</summary>
    public required int Steps { get; init; }

    /// <summary>The moment of step 0, where the trace knows it.</summary>
    public DateTimeOffset Start { get; init; } = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);
}

/// <summary>One job.</summary>
/// <param name="Arrival">The step in which it arrives.</param>
/// <param name="Length">Steps that it takes a slot for; at least 1.</param>
public readonly record struct Job(int Arrival, int Length);
