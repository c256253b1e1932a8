using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using ControlPlane.Core.Problems;
using ControlPlane.Functions.Endpoints;
using ControlPlane.Functions.Http;

namespace ControlPlane.Functions.Tests.Monitors;

/// <summary>What docs/scaling.md says is so: its examples are taken as they stand, and it names every field.</summary>
public sealed partial class ScalingPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Root(), "docs", "scaling.md"));

    public static TheoryData<string> Examples => [.. JsonBlock().Matches(Page).Select(match => match.Groups["json"].Value)];

    [Fact]
    public void Examples_AreThere() => Assert.True(Examples.Count >= 5, $"Only {Examples.Count} were found.");

    [Theory]
    [MemberData(nameof(Examples))]
    public void Example_IsTakenAsItStands(string json) => Assert.Null(Check(json)?.Detail);

    [Fact]
    public void Fields_AreAllNamed()
    {
        JsonTypeInfo[] types =
        [
            ControlPlaneJson.Default.MonitorSpec, ControlPlaneJson.Default.PolicySpec, ControlPlaneJson.Default.SignalSpec,
            ControlPlaneJson.Default.ScheduleSpec, ControlPlaneJson.Default.BlockerSpec, ControlPlaneJson.Default.AlertRuleSpec,
            ControlPlaneJson.Default.PauseSpec,
        ];

        var missing = types.SelectMany(type => type.Properties).Select(property => property.Name).Concat(FlatPolicy.Fields).Distinct()
            .Where(name => !Page.Contains($"`{name}`", StringComparison.Ordinal));

        Assert.Empty(missing);
    }

    /// <summary>In the shell commands too.</summary>
    [Fact]
    public void ShortForm_NamesOnlyWhatIsTaken()
    {
        var form = string.Join('&', FormData().Matches(Page).Select(match => match.Groups["form"].Value));
        var names = form.Split('&').Select(pair => pair.Split('=')[0]).ToList();

        Assert.Contains("sloSeconds", names);
        Assert.Empty(names.Except(FlatPolicy.Fields).Except(ControlPlaneJson.Default.MonitorSpec.Properties.Select(property => property.Name)));
    }

    private static Problem? Check(string json)
    {
        var members = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json)!;
        return members.ContainsKey("allocateStrategy")
            ? JsonSerializer.Deserialize(json, ControlPlaneJson.Default.MonitorSpec)!.Validate(["local"], (_, _) => true).Problem
            : JsonSerializer.Deserialize(json, ControlPlaneJson.Default.PauseSpec)!.Validate("ann", default).Problem;
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "ControlPlane.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds ControlPlane.sln.");
    }

    [GeneratedRegex(@"^```json[^\n]*\n(?<json>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex JsonBlock();

    [GeneratedRegex(@"-d '(?<form>[^']+)'")]
    private static partial Regex FormData();
}
