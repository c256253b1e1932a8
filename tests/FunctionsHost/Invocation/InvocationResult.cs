namespace ControlPlane.FunctionsHost.Invocation;

/// <summary>What came of an invocation that succeeded.</summary>
/// <param name="Outputs">Values of declared output bindings, after the host's guesses.</param>
/// <param name="ReturnValue">The trigger's return value.</param>
/// <param name="Logs">What the handler wants logged.</param>
public sealed record InvocationResult(IReadOnlyDictionary<string, object?> Outputs, object? ReturnValue, IReadOnlyList<string> Logs);
