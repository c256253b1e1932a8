using System.Reflection;
using System.Text.RegularExpressions;
using ControlPlane.Core.Problems;

namespace ControlPlane.Core.Tests.Architecture;

/// <summary>Every code that a caller can meet is explained in docs/errors; its name is in the <c>type</c> of the answer.</summary>
public sealed partial class ErrorPageTests
{
    private const string Folder = "docs/errors/";
    private const string StatusTable = "functions/Http/ProblemAnswer.cs";

    private static readonly Dictionary<string, string> Codes = typeof(ProblemCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .ToDictionary(field => field.Name, field => (string)field.GetRawConstantValue()!);

    public static TheoryData<string> AllCodes => [.. Codes.Values];

    [Fact]
    public void Codes_AreDifferentAndFitIntoAPath()
    {
        Assert.Equal(Codes.Count, Codes.Values.Distinct().Count());
        Assert.All(Codes.Values, code => Assert.Matches("^[a-z_]+$", code));
    }

    /// <summary>A code that nothing answers with only makes callers prepare for what never comes.</summary>
    [Fact]
    public void Codes_AreAllAnsweredWith()
    {
        var product = Repository.Files(".cs")
            .Where(file => file.StartsWith("core/", StringComparison.Ordinal) || file.StartsWith("functions/", StringComparison.Ordinal))
            .Where(file => file != StatusTable)
            .Select(Repository.Read)
            .ToList();

        var unused = Codes.Keys.Where(name => !product.Exists(text => Regex.IsMatch(text, $@"\bProblemCodes\.{name}\b")));

        Assert.Empty(unused);
    }

    [Fact]
    public void Pages_ThereIsOneForEachCodeAndNoOther()
    {
        var pages = Repository.Files(".md").Where(file => file.StartsWith(Folder, StringComparison.Ordinal)).Select(Path.GetFileNameWithoutExtension);

        Assert.Equal(Codes.Values.Order(StringComparer.Ordinal), pages.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(AllCodes))]
    public void Page_HasItsCodeAndAllParts(string code)
    {
        var page = Repository.Read($"{Folder}{code}.md");

        Assert.StartsWith($"# {code}\n", page, StringComparison.Ordinal);
        Assert.All(["\n## What it means\n", "\n## When it comes\n", "\n## What to do\n", "\n## Example\n"], part => Assert.Contains(part, page, StringComparison.Ordinal));
        Assert.Contains($"\"code\":\"{code}\"", page, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(AllCodes))]
    public void Page_NamesTheStatusThatIsAnswered(string code)
    {
        var name = Codes.Single(pair => pair.Value == code).Key;
        var status = StatusLine().Matches(Repository.Read(StatusTable)).Single(match => match.Groups[1].Value == name).Groups[2].Value;

        var page = Repository.Read($"{Folder}{code}.md");

        Assert.Contains($"\nStatus: {status} ", page, StringComparison.Ordinal);
        Assert.Contains($"\"status\":{status}", page, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\[ProblemCodes\.(\w+)\] = (\d+),")]
    private static partial Regex StatusLine();
}
