namespace ControlPlane.Durable.Model;

/// <summary>An orchestrator did not do again what its history says it did, or awaited something that cannot be replayed.</summary>
public sealed class NonDeterminismException(string message) : Exception(message);
