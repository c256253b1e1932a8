using ControlPlane.Core.Backtest;

namespace ControlPlane.Bench.Autoscaling;

/// <summary>What is alike for every trace and every contender.</summary>
internal static class World
{
    /// <summary>Steps in an hour and in a day.</summary>
    public const int StepsPerHour = 120, StepsPerDay = 24 * StepsPerHour;

    /// <summary>The mean need that traces are scaled to, in instances.</summary>
    public const double MeanNeed = 6;

    /// <summary>The length of a step; scalers look at the group once in each.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromHours(1) / StepsPerHour;

    /// <summary>Boot 4 min, teardown 1 min, service level 5 min, 4 slots, 1 to 200 instances.</summary>
    public static readonly Setting Setting = new() { Step = Step };
}
