using System.Text.RegularExpressions;

namespace ControlPlane.Core.Tests.Architecture;

public sealed partial class SolutionTests
{
    private static readonly string Solution = Repository.Read("ControlPlane.sln");

    /// <summary>The classic format opens everywhere; the XML one does not yet.</summary>
    [Fact]
    public void Solution_IsOfTheClassicFormat() =>
        Assert.StartsWith("Microsoft Visual Studio Solution File, Format Version 12.00", Solution.TrimStart('\uFEFF', '\r', '\n'), StringComparison.Ordinal);

    [Fact]
    public void Solution_IsTheOnlyOne() => Assert.Equal(["ControlPlane.sln"], [.. Repository.Files(".sln"), .. Repository.Files(".slnx")]);

    [Fact]
    public void Solution_HoldsEveryProjectAndNothingElse()
    {
        var held = ProjectPath().Matches(Solution).Select(match => match.Groups[1].Value.Replace('\\', '/'));

        Assert.Equal(Repository.Files(".csproj"), held.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("""^Project\(.*, "([^"]+\.csproj)",""", RegexOptions.Multiline)]
    private static partial Regex ProjectPath();
}
