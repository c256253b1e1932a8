using System.Collections.Concurrent;
using ControlPlane.Functions.Router;

namespace ControlPlane.Functions.Health;

/// <summary>
/// Passive health: who sends requests says here that a backend could not be connected to. It gets nothing more from
/// that moment on; the health checks look at it at once and bring it back when it has passed <c>rise</c> of them.
/// </summary>
internal sealed class Suspicions
{
    private readonly ConcurrentDictionary<string, string> _reasons = new(StringComparer.Ordinal);

    /// <summary>Raised with the name of a backend that has just come under suspicion.</summary>
    public event Action<string>? Raised;

    public void Report(Destination destination, string reason)
    {
        destination.IsSuspect = true;
        if (_reasons.TryAdd(destination.Name, reason))
            Raised?.Invoke(destination.Name);
    }

    /// <summary>Takes the suspicion of a backend, with its reason, for whoever will look into it.</summary>
    public string? Take(string name) => _reasons.TryRemove(name, out var reason) ? reason : null;
}
