using System.Text.Json;
using ControlPlane.Functions.Http;

namespace ControlPlane.Functions.Management;

/// <summary>Reads the JSON that an orchestration is started or signalled with.</summary>
internal static class ManagementBody
{
    private const int Limit = 1024 * 1024;

    /// <summary>No body stands for no value.</summary>
    public static async Task<(bool IsJson, JsonElement? Value)> ReadAsync(HttpContext context)
    {
        if (!(await LimitedBody.ReadAsync(context.Request, Limit, context.RequestAborted)).Is(out var body, out _))
            return (false, null);
        if (body.Length == 0)
            return (true, null);
        try
        {
            using var json = JsonDocument.Parse(body);
            return (true, json.RootElement.Clone());
        }
        catch (JsonException)
        {
            return (false, null);
        }
    }
}
