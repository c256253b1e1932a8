namespace ControlPlane.Bench.Autoscaling.Simulation;

/// <summary>The world that every contender is put into. Times are counted in steps, so that the optimum can be exact.</summary>
public sealed record Setting
{
    /// <summary>The length of a step; scalers look at the group once in each.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(30);

    /// <summary>Steps in an hour and in a day.</summary>
    public const int StepsPerHour = 120, StepsPerDay = 24 * StepsPerHour;

    /// <summary>Steps from the order of an instance until it serves; billed. 8 are 4 min.</summary>
    public int Boot { get; init; } = 8;

    /// <summary>Steps that an instance is still billed after its last job, once it was told to leave. 2 are 1 min.</summary>
    public int Teardown { get; init; } = 2;

    /// <summary>A job that starts more than so many steps after its arrival is late. 10 are 5 min.</summary>
    public int Slo { get; init; } = 10;

    /// <summary>Jobs that an instance runs at once.</summary>
    public int Slots { get; init; } = 4;

    /// <summary>The fewest instances.</summary>
    public int Min { get; init; } = 1;

    /// <summary>The most instances.</summary>
    public int Max { get; init; } = 200;

    /// <summary>The mean need that traces are scaled to, in instances.</summary>
    public double MeanNeed { get; init; } = 6;
}
