using System.Globalization;
using System.Text.Json.Nodes;

namespace Demo.Upgrade;

/// <summary>An upgrade at one moment, as the control plane tells it.</summary>
/// <param name="Phase">Running, Returning, Succeeded, Returned or Refused.</param>
/// <param name="Reason">Why it returned or was refused.</param>
/// <param name="Steps">The steps that were begun, in order.</param>
/// <param name="Holds">The times for which writes were held, those that are over.</param>
/// <param name="Flip">The write that changed sides.</param>
/// <param name="Held">Requests that were held.</param>
/// <param name="LongestHeld">The longest that one of them was.</param>
/// <param name="OldDatabase">The old side's database.</param>
/// <param name="NewDatabase">The new side's; null before it has one.</param>
internal sealed record UpgradeSeen(
    string Phase, string? Reason, IReadOnlyList<StepSeen> Steps, IReadOnlyList<TimeSpan> Holds, TimeSpan? Flip, long Held, TimeSpan LongestHeld,
    string? OldDatabase, string? NewDatabase)
{
    public bool IsOver => Phase is not ("Running" or "Returning");

    /// <summary>The step that it is at, or was at last.</summary>
    public StepSeen? Last => Steps.Count > 0 ? Steps[^1] : null;

    /// <summary>The database that the live side uses; null for the one that the group began with.</summary>
    public string? LiveDatabase => Steps.LastOrDefault(step => step is { Name: "Flip" or "FlipBack", Until: not null })?.Name == "Flip" ? NewDatabase : OldDatabase;

    /// <summary>The last time that a step was taken; null when it was not.</summary>
    public StepSeen? Find(string step) => Steps.LastOrDefault(one => one.Name == step);

    public static UpgradeSeen Of(JsonObject json) => new(
        (string)json["phase"]!,
        (string?)json["reason"],
        [.. (json["steps"] as JsonArray ?? []).Select(step => StepSeen.Of(step!))],
        [.. (json["holds"] as JsonArray ?? []).Where(hold => hold!["until"] is not null).Select(hold => Moment(hold!, "until")!.Value - Moment(hold!, "since")!.Value)],
        Span(json["measures"]!["flip"]),
        (long?)json["measures"]!["held"] ?? 0,
        Span(json["measures"]!["longestHeld"]) ?? TimeSpan.Zero,
        (string?)json["from"]?["database"],
        (string?)json["to"]?["database"]);

    private static TimeSpan? Span(JsonNode? node) => node is null ? null : TimeSpan.Parse((string)node!, CultureInfo.InvariantCulture);

    internal static DateTimeOffset? Moment(JsonNode node, string name) =>
        node[name] is { } value ? DateTimeOffset.Parse((string)value!, CultureInfo.InvariantCulture) : null;
}

/// <summary>A step of an upgrade.</summary>
/// <param name="Name">The step.</param>
/// <param name="Since">When it was stored as begun.</param>
/// <param name="Until">When it was stored as ended; null while it goes on.</param>
/// <param name="Note">What it waits for.</param>
/// <param name="Findings">What it found.</param>
internal sealed record StepSeen(string Name, DateTimeOffset Since, DateTimeOffset? Until, string? Note, IReadOnlyDictionary<string, string> Findings)
{
    public TimeSpan Length => (Until ?? Since) - Since;

    public static StepSeen Of(JsonNode step) => new(
        (string)step["step"]!,
        UpgradeSeen.Moment(step, "since")!.Value,
        UpgradeSeen.Moment(step, "until"),
        (string?)step["note"],
        (step["findings"] as JsonArray ?? []).ToDictionary(one => (string)one!["what"]!, one => (string)one!["value"]!));
}
