using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace ControlPlane.SqlEngine.Tests;

/// <summary>What tests say about an error answer.</summary>
internal static class Responses
{
    /// <summary>Asserts a problem with this status and code, and gives its JSON.</summary>
    public static async Task<JsonElement> ShouldBeProblemAsync(this HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((status, code), (response.StatusCode, body.GetProperty("code").GetString()));
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal((int)status, body.GetProperty("status").GetInt32());
        return body;
    }
}
