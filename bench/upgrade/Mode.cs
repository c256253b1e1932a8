using System.Text.Json.Nodes;

namespace ControlPlane.Bench.Upgrade;

/// <summary>A way to upgrade.</summary>
/// <param name="Name">As the report calls it.</param>
/// <param name="Word">The field <c>mode</c> of the call.</param>
/// <param name="Copy">The field <c>copy</c> of the call.</param>
/// <param name="CopyStep">The step in which the copy is made.</param>
internal sealed record Mode(string Name, string Word, string Copy, string CopyStep)
{
    public static Mode ColdDump { get; } = new("cold, dump", "blueGreenCold", "dump", "Copy");

    public static Mode ColdTemplate { get; } = new("cold, template", "blueGreenCold", "template", "Copy");

    public static Mode Warm { get; } = new("warm", "blueGreenWarm", "dump", "Follow");

    public static IReadOnlyList<Mode> All { get; } = [ColdDump, ColdTemplate, Warm];

    public JsonObject Order(string group) => new()
    {
        ["group"] = group,
        ["mode"] = Word,
        ["copy"] = Copy,
        ["version"] = "2",
        ["bakeSeconds"] = 2,
        // Answers come later while all held requests are let go at once. That is measured here, and no reason to go back.
        ["maxSlowdown"] = 1000,
    };
}
