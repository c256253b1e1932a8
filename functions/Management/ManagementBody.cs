using System.Text.Json;
using ControlPlane.Core.Problems;
using ControlPlane.Functions.Http;

namespace ControlPlane.Functions.Management;

/// <summary>The JSON that an orchestration is started or signalled with; null when there was no body.</summary>
internal sealed record ManagementBody(JsonElement? Value)
{
    private const int Limit = 1024 * 1024;

    public static async Task<Result<ManagementBody>> ReadAsync(HttpContext context)
    {
        if (!(await LimitedBody.ReadAsync(context.Request, Limit, context.RequestAborted)).Is(out var body, out var problem))
            return problem;
        if (body.Length == 0)
            return new ManagementBody((JsonElement?)null);
        try
        {
            using var json = JsonDocument.Parse(body);
            return new ManagementBody(json.RootElement.Clone());
        }
        catch (JsonException)
        {
            return new Problem(ProblemCodes.Unreadable, "Invalid JSON content");
        }
    }
}
