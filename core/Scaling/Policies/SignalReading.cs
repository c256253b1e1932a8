namespace ControlPlane.Core.Scaling.Policies;

/// <summary>The last value of a signal that was read from outside.</summary>
/// <param name="Name">The signal.</param>
/// <param name="Value">The value; null when the source answered without one.</param>
/// <param name="At">When it was true.</param>
public sealed record SignalReading(string Name, double? Value, DateTimeOffset At);
