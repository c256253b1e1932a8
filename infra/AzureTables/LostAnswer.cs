using Azure.Core;
using Azure.Core.Pipeline;

namespace ControlPlane.Infra.AzureTables;

/// <summary>
/// Whether some try of a request may have been carried out although no answer came. The note travels with the message
/// through the pipeline, so that the client between the store and the retries need not know of it.
/// </summary>
internal sealed class LostAnswer
{
    private const string Property = "ControlPlane.LostAnswer";

    public bool IsPossible { get; private set; }

    /// <summary>Watches all requests that are sent until the scope is disposed.</summary>
    public IDisposable Watch() => HttpPipeline.CreateHttpMessagePropertiesScope(new Dictionary<string, object?> { [Property] = this });

    public static void Note(HttpMessage message)
    {
        if (message.TryGetProperty(Property, out var watched))
            ((LostAnswer)watched!).IsPossible = true;
    }
}
