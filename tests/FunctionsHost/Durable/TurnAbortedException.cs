namespace ControlPlane.FunctionsHost.Durable;

/// <summary>A turn of which nothing is kept; it is delivered again.</summary>
/// <param name="reason">Why.</param>
internal sealed class TurnAbortedException(string reason) : Exception(reason);
