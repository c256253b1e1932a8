namespace ControlPlane.FunctionsHost.Http;

/// <summary>The keys of the app.</summary>
public sealed record FunctionKeys
{
    /// <summary>Opens everything.</summary>
    public string Master { get; init; } = "master-key";

    /// <summary>Opens every function of level <c>function</c>.</summary>
    public string Host { get; init; } = "host-key";

    /// <summary>Keys of single functions, by function.</summary>
    public IReadOnlyDictionary<string, string> Functions { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>The durable extension's system key.</summary>
    public string DurableSystem { get; init; } = "durable/system+key==";

    /// <summary>Whether a request may call a function: the key is in <c>x-functions-key</c> or <c>?code=</c>.</summary>
    internal bool Opens(HttpRequest request, Configuration.Function function)
    {
        var key = KeyOf(request);
        return (function.Trigger.Text("authLevel")?.ToLowerInvariant() ?? "function") switch
        {
            "anonymous" => true,
            "admin" => key == Master,
            _ => key == Master || key == Host || (key is not null && Functions.GetValueOrDefault(function.Name) == key),
        };
    }

    /// <summary>Whether a request may call the durable extension's webhook.</summary>
    internal bool OpensDurable(HttpRequest request) => KeyOf(request) is { } key && (key == Master || key == DurableSystem);

    private static string? KeyOf(HttpRequest request) =>
        request.Headers["x-functions-key"] is [{ Length: > 0 } header, ..] ? header
        : request.Query["code"] is [{ Length: > 0 } query, ..] ? query : null;
}
