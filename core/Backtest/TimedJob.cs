namespace ControlPlane.Core.Backtest;

/// <summary>One job of a load, before it is brought to steps.</summary>
/// <param name="Arrival">When it came, from the beginning of the load.</param>
/// <param name="Length">How long it takes a slot for.</param>
public readonly record struct TimedJob(TimeSpan Arrival, TimeSpan Length);
