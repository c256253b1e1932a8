using System.Text.Json;
using SqlEngine.Problems;

namespace SqlEngine.Endpoints;

/// <summary>
/// A request's parameters, from the query and from a form or a JSON object in the body. The body wins over the query, the
/// last of several equal names over the others.
/// </summary>
internal static class RequestParameters
{
    /// <summary>The longest body that is read, in bytes.</summary>
    public const int MostBodyBytes = 16 * 1024 * 1024;

    public static async Task<(Dictionary<string, string>? Parameters, Problem? Problem)> ReadAsync(HttpRequest request)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, values) in request.Query)
            parameters[name] = values[^1] ?? "";
        try
        {
            if (request.HasJsonContentType())
                return await AddJsonAsync(request, parameters) ? (parameters, null) : Invalid(400, "The JSON body must be an object.");
            if (request.HasFormContentType)
                await AddFormAsync(request, parameters);
            return (parameters, null);
        }
        catch (BadHttpRequestException refused)
        {
            return Invalid(refused.StatusCode, refused.Message);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidDataException)
        {
            return Invalid(400, malformed.Message);
        }
    }

    private static async Task AddFormAsync(HttpRequest request, Dictionary<string, string> parameters)
    {
        var limits = new Microsoft.AspNetCore.Http.Features.FormOptions { ValueLengthLimit = MostBodyBytes };
        foreach (var (name, values) in await request.ReadFormAsync(limits, request.HttpContext.RequestAborted))
            parameters[name] = values[^1] ?? "";
    }

    private static async Task<bool> AddJsonAsync(HttpRequest request, Dictionary<string, string> parameters)
    {
        using var body = await JsonDocument.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted);
        if (body.RootElement.ValueKind != JsonValueKind.Object)
            return false;
        foreach (var property in body.RootElement.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Null)
                parameters.Remove(property.Name);
            else
                parameters[property.Name] = property.Value.ToString();
        }

        return true;
    }

    private static (Dictionary<string, string>?, Problem?) Invalid(int status, string detail) =>
        (null, KnownProblems.BodyInvalid(status, detail));
}
