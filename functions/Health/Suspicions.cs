using ControlPlane.Functions.Router;

namespace ControlPlane.Functions.Health;

/// <summary>
/// Passive health: who sends requests says here that a backend could not be connected to. It gets nothing more from
/// that moment on; the health checks look at it at once and bring it back when it has passed <c>rise</c> of them.
/// </summary>
internal sealed class Suspicions
{
    /// <summary>Raised with a backend that has come under suspicion.</summary>
    public event Action<Destination>? Raised;

    public void Report(Destination destination, string reason)
    {
        destination.Suspect(reason);
        Raised?.Invoke(destination);
    }
}
