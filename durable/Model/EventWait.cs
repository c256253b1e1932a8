namespace ControlPlane.Durable.Model;

/// <summary>What became of a wait with a deadline.</summary>
/// <param name="Received">Whether the event came in time.</param>
/// <param name="Value">Its content; default when none came.</param>
public readonly record struct EventWait<T>(bool Received, T? Value);
