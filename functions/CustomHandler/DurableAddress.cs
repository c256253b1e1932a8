using System.Text.Json;

namespace ControlPlane.Functions.CustomHandler;

/// <summary>
/// Where the Durable Functions extension takes calls of its management API, as a <c>durableClient</c> binding says it.
/// Source: durable-protocol, section 9.
/// </summary>
/// <param name="BaseUrl">The address, without a slash at the end.</param>
/// <param name="Query">What every call carries: the system key. Never logged.</param>
/// <param name="SidecarUrl">Where the extension takes gRPC calls on this machine; null when it says nothing.</param>
internal sealed record DurableAddress(string BaseUrl, string Query, string? SidecarUrl)
{
    /// <summary>Reads a binding; null when it holds no address.</summary>
    public static DurableAddress? Parse(string? binding)
    {
        if (binding is null)
            return null;
        try
        {
            using var json = JsonDocument.Parse(binding);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("httpBaseUrl", out var url) && url.ValueKind == JsonValueKind.String
                && Uri.TryCreate(url.GetString(), UriKind.Absolute, out var parsed) && (parsed.Scheme is "http" or "https")
                ? new DurableAddress(url.GetString()!.TrimEnd('/'), Text(json.RootElement, "requiredQueryStringParameters") ?? "", Text(json.RootElement, "rpcBaseUrl"))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public override string ToString() => BaseUrl;

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
