namespace ControlPlane.Durable.Model;

/// <summary>Why an activity or an orchestration failed.</summary>
/// <param name="Type">The kind of failure: the full name of the exception's type.</param>
/// <param name="Message">What happened, for a person.</param>
/// <param name="NonRetriable">True when another attempt cannot help; retry policies then give up at once.</param>
/// <param name="Inner">The failure behind this one.</param>
public sealed record TaskFailure(string Type, string Message, bool NonRetriable = false, TaskFailure? Inner = null);
