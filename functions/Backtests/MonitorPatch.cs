using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Core.Monitors;
using ControlPlane.Core.Problems;
using ControlPlane.Functions.Endpoints;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Registry;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Backtests;

/// <summary>
/// A monitor with some members changed, as a merge patch does it (RFC 7396): objects are merged, null takes a member
/// away, anything else is put in its place. It goes by what <c>/v1/monitors</c> shows and takes, whatever that is.
/// </summary>
internal static class MonitorPatch
{
    private const string Field = "monitor";

    private static readonly HashSet<string> SpecMembers =
        [.. ControlPlaneJson.Default.MonitorSpec.Properties.Select(property => property.Name)];

    public static async Task<Result<Monitor>> ApplyAsync(Monitor current, JsonElement patch, MonitorRules rules, CancellationToken cancellation)
    {
        if (patch.ValueKind != JsonValueKind.Object)
            return Problem.Invalid(Field, "is no object. Give the members to change, such as {\"maxInstances\": 20}.");
        foreach (var name in (string[])["name", "tag"])
        {
            if (patch.TryGetProperty(name, out _))
                return Problem.Invalid($"{Field}.{name}", "cannot be changed. Leave it out.");
        }

        if (!Read(Merge(Shown(current), patch)!).Is(out var spec, out var problem))
            return Inside(problem);
        return (await rules.ValidateAsync(spec, cancellation)).Is(out var monitor, out problem) ? monitor with { Id = current.Id } : Inside(problem);
    }

    /// <summary>What of a monitor can be changed, as JSON.</summary>
    private static JsonObject Shown(Monitor monitor)
    {
        var shown = JsonSerializer.SerializeToNode(MonitorView.From(monitor, ""), ControlPlaneJson.Default.MonitorView)!.AsObject();
        foreach (var name in shown.Select(member => member.Key).Where(name => !SpecMembers.Contains(name)).ToList())
            shown.Remove(name);
        return shown;
    }

    private static JsonNode? Merge(JsonNode? target, JsonElement patch)
    {
        if (patch.ValueKind != JsonValueKind.Object)
            return patch.ValueKind == JsonValueKind.Array ? JsonArray.Create(patch) : JsonValue.Create(patch);
        var merged = target as JsonObject ?? [];
        foreach (var member in patch.EnumerateObject())
        {
            var before = merged[member.Name];
            merged.Remove(member.Name);
            if (member.Value.ValueKind != JsonValueKind.Null)
                merged[member.Name] = Merge(before, member.Value);
        }

        return merged;
    }

    private static Result<MonitorSpec> Read(JsonNode merged)
    {
        try
        {
            return merged.Deserialize(ControlPlaneJson.Default.MonitorSpec)!;
        }
        catch (JsonException failure)
        {
            return Problem.Invalid([JsonBodyReader.MemberIn(failure) ?? new("", "cannot be read.")]);
        }
    }

    /// <summary>Names the fields as the caller wrote them: below the member that holds them.</summary>
    private static Problem Inside(Problem problem) =>
        Problem.Invalid([.. problem.Errors.Select(error => error with { Field = $"{Field}.{error.Field}".TrimEnd('.') })]);
}
