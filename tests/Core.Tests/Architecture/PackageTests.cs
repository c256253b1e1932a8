using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ControlPlane.Core.Tests.Architecture;

/// <summary>Each package has one version, and that is exact: what was tested is what is built.</summary>
public sealed partial class PackageTests
{
    private const string Central = "Directory.Packages.props";

    private static readonly string[] BuildFiles = [.. Repository.Files(".csproj"), .. Repository.Files(".props"), .. Repository.Files(".targets")];

    [Fact]
    public void Versions_StandOnlyInTheCentralFile()
    {
        var elsewhere =
            from file in BuildFiles
            where file != Central
            from element in Repository.ReadXml(file).Descendants()
            where element.Name.LocalName == "PackageVersion"
                || (element.Name.LocalName is "PackageReference" or "GlobalPackageReference" && HasVersion(element))
            select $"{file}: {element}";

        Assert.Empty(elsewhere);
    }

    [Fact]
    public void Versions_AreExact()
    {
        var versions = Repository.ReadXml(Central).Descendants("PackageVersion").Select(element => element.Attribute("Version")?.Value ?? "").ToList();

        Assert.NotEmpty(versions);
        Assert.All(versions, version => Assert.Matches(Exact(), version));
    }

    [Fact]
    public void Versions_AreCentralAndAlsoHoldForWhatPackagesBring()
    {
        var central = Repository.ReadXml(Central);

        Assert.Equal("true", central.Descendants("ManagePackageVersionsCentrally").Single().Value);
        Assert.Equal("true", central.Descendants("CentralPackageTransitivePinningEnabled").Single().Value);
    }

    [Fact]
    public void Versions_EachPackage_IsNamedOnce()
    {
        var named = Repository.ReadXml(Central).Descendants("PackageVersion").Select(element => element.Attribute("Include")!.Value).ToList();

        Assert.Equal(named.Distinct(StringComparer.OrdinalIgnoreCase), named);
    }

    private static bool HasVersion(XElement element) =>
        element.Attribute("Version") is not null || element.Attribute("VersionOverride") is not null || element.Elements().Any(child => child.Name.LocalName is "Version" or "VersionOverride");

    [GeneratedRegex(@"^\d+\.\d+\.\d+(\.\d+)?(-[0-9A-Za-z.-]+)?$")]
    private static partial Regex Exact();
}
