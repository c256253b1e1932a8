using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ControlPlane.Core.Problems;

namespace ControlPlane.Functions.Http;

/// <summary>Reads the JSON body of a resource request, and says which member is wrong.</summary>
internal static class JsonBodyReader
{
    public static async Task<Result<T>> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type, int limit = RequestFields.BodyLimit)
        where T : class
    {
        if (context.Request.ContentType?.Contains("json", StringComparison.OrdinalIgnoreCase) != true)
            return new Problem(ProblemCodes.Unreadable, "The body must be JSON, with Content-Type: application/json.");
        if (!(await LimitedBody.ReadAsync(context.Request, limit, context.RequestAborted)).Is(out var body, out var problem))
            return problem;
        try
        {
            return JsonSerializer.Deserialize(body, type) is { } value
                ? value
                : new Problem(ProblemCodes.Unreadable, "The body is null. Send a JSON object.");
        }
        catch (JsonException failure)
        {
            return MemberIn(failure) is { } field
                ? Problem.Invalid(field.Field, field.Message)
                : new Problem(ProblemCodes.Unreadable, $"The body is no such JSON object: {Short(failure.Message)}");
        }
    }

    /// <summary>The member that could not be read; null when it was the whole.</summary>
    public static FieldError? MemberIn(JsonException failure) =>
        failure.Path?.TrimStart('$', '.') is { Length: > 0 } path ? new(path, $"cannot be read: {Short(failure.Message)}") : null;

    /// <summary>Without the type names and positions that the library adds for its own users.</summary>
    private static string Short(string message)
    {
        var text = message.Split(" Path: ")[0];
        return text.Contains("could not be mapped to any .NET member", StringComparison.Ordinal)
            ? "it is not known here. Remove it, or look at its spelling."
            : text.Contains("could not be converted", StringComparison.Ordinal) ? "it has a value of the wrong type." : text;
    }
}
