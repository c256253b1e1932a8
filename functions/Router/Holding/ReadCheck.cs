using System.Buffers;
using System.Text;
using System.Text.Json;
using ControlPlane.Core.Profiles;
using Microsoft.AspNetCore.WebUtilities;

namespace ControlPlane.Functions.Router.Holding;

/// <summary>Finds out what a request does, by the profiles of the engines that it may be sent to. In doubt it writes.</summary>
internal static class ReadCheck
{
    /// <summary>Looks at the method, the query and the body, which stays unread for the backend.</summary>
    /// <exception cref="BadHttpRequestException">The client sent a malformed body.</exception>
    public static async ValueTask<RequestKind> TellAsync(HttpRequest request, IEnumerable<Destination> members)
    {
        var rules = members.Select(member => member.Profile.Reads).Distinct().ToList();
        if (rules.Count == 0 || rules.Contains(null))
            return RequestKind.Write;
        foreach (var one in rules)
        {
            if (!await IsReadAsync(request, one!))
                return RequestKind.Write;
        }

        return RequestKind.Read;
    }

    private static async ValueTask<bool> IsReadAsync(HttpRequest request, ReadRules rules) =>
        rules.IsReadMethod(request.Method)
        || (rules.Parameter is { } name && await FindOnlyAsync(request, name) is { } text && rules.IsRead(text));

    /// <summary>
    /// The text of a parameter that is named once in query and body together, in any case of its letters: of several,
    /// nobody here knows which one the engine takes. Null when it is not so, or when the body cannot be seen whole.
    /// </summary>
    private static async ValueTask<string?> FindOnlyAsync(HttpRequest request, string name)
    {
        var found = new List<string?>();
        if (request.Query.TryGetValue(name, out var inQuery))
            found.AddRange(inQuery);
        if (MayHaveBody(request) && !await TryReadBodyAsync(request, name, found))
            return null;
        return found.Count == 1 ? found[0] : null;
    }

    private static bool MayHaveBody(HttpRequest request) => request.ContentLength > 0 || request.Headers.ContainsKey("Transfer-Encoding");

    private static async ValueTask<bool> TryReadBodyAsync(HttpRequest request, string name, List<string?> found)
    {
        var type = request.ContentType ?? "";
        var isJson = RouteParameters.IsJson(type);
        if (request.Headers.ContentEncoding.Count > 0 || !(isJson || RouteParameters.IsForm(type)))
            return false;
        var body = await PeekedBody.ReadAsync(request, RouteParameters.PeekLimit);
        try
        {
            return body.IsWhole && (isJson ? TryReadJson(body.Bytes, name, found) : TryReadForm(body.Bytes, name, found));
        }
        finally
        {
            body.Leave(request);
        }
    }

    private static bool TryReadForm(ReadOnlySequence<byte> body, string name, List<string?> found)
    {
        if (QueryHelpers.ParseQuery(Encoding.UTF8.GetString(body)).TryGetValue(name, out var values))
            found.AddRange(values);
        return true;
    }

    private static bool TryReadJson(ReadOnlySequence<byte> body, string name, List<string?> found)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                return false;
            foreach (var member in json.RootElement.EnumerateObject().Where(member => member.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
                found.Add(member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString() : null);
            return true;
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            // The second kind comes from strings that are no Unicode text.
            return false;
        }
    }
}
