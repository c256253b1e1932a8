namespace ControlPlane.Core.Backtest;

/// <summary>What was recorded of a group's pressure at one look. It holds until the next record.</summary>
/// <param name="At">When.</param>
/// <param name="Running">Jobs that ran.</param>
/// <param name="Queued">Jobs that waited.</param>
/// <param name="Finished">Jobs that had ever ended; null when that was not known.</param>
public readonly record struct PressureSample(DateTimeOffset At, int Running, int Queued, long? Finished);
