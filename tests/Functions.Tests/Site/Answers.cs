using System.Net;
using System.Text.Json;

namespace ControlPlane.Functions.Tests.Site;

/// <summary>What tests want to know of an answer.</summary>
internal static class Answers
{
    /// <summary>The body, once the status is the expected one.</summary>
    public static async Task<string> TextAsync(this Task<HttpResponseMessage> sending, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var answer = await sending;
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode} instead of {(int)status}: {text}");
        return text;
    }

    /// <summary>The JSON, once the status is the expected one.</summary>
    public static async Task<JsonElement> JsonAsync(this Task<HttpResponseMessage> sending, HttpStatusCode status = HttpStatusCode.OK) =>
        JsonSerializer.Deserialize<JsonElement>(await sending.TextAsync(status));

    /// <summary>Checks that it is a whole problem, and gives it.</summary>
    public static async Task<ProblemSeen> ProblemAsync(this Task<HttpResponseMessage> sending, int status, string code)
    {
        using var answer = await sending;
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, $"{(int)answer.StatusCode} instead of {status}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.ToString());
        var json = JsonSerializer.Deserialize<JsonElement>(text);
        Assert.Equal(code, json.GetProperty("code").GetString());
        Assert.Equal(status, json.GetProperty("status").GetInt32());
        Assert.Equal(code, Assert.Single(answer.Headers.GetValues("x-ms-error-code")));
        Assert.NotEmpty(json.GetProperty("traceId").GetString()!);
        var fields = json.TryGetProperty("errors", out var errors)
            ? errors.EnumerateArray().ToDictionary(error => error.GetProperty("field").GetString()!, error => error.GetProperty("message").GetString()!)
            : [];
        return new ProblemSeen(json.GetProperty("detail").GetString()!, fields, answer.Headers.RetryAfter?.Delta);
    }
}

/// <summary>A problem as a caller sees it.</summary>
internal sealed record ProblemSeen(string Detail, IReadOnlyDictionary<string, string> Fields, TimeSpan? RetryAfter);
