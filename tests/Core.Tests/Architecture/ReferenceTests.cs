using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace ControlPlane.Core.Tests.Architecture;

/// <summary>References point one way: functions to infra, durable and core; infra to durable and core; these two to nothing of ours.</summary>
public sealed class ReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["core/ControlPlane.Core.csproj"] = [],
        ["durable/ControlPlane.Durable.csproj"] = [],
        ["infra/ControlPlane.Infra.csproj"] = ["core/ControlPlane.Core.csproj", "durable/ControlPlane.Durable.csproj"],
        ["functions/ControlPlane.Functions.csproj"] =
            ["core/ControlPlane.Core.csproj", "durable/ControlPlane.Durable.csproj", "infra/ControlPlane.Infra.csproj"],
    };

    private static readonly Dictionary<string, string> AssemblyOf = new()
    {
        ["core/ControlPlane.Core.csproj"] = "ControlPlane.Core",
        ["durable/ControlPlane.Durable.csproj"] = "ControlPlane.Durable",
        ["infra/ControlPlane.Infra.csproj"] = "ControlPlane.Infra",
        ["functions/ControlPlane.Functions.csproj"] = "controlplane",
    };

    public static TheoryData<string> Rooms => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Project_References_OnlyWhatItsRoomMay(string project) =>
        Assert.Empty(ReferencesOf(project).Except(Allowed[project]));

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Assembly_References_OnlyWhatItsRoomMay(string project)
    {
        using var file = File.OpenRead(Path.Combine(BuiltFolder, AssemblyOf[project] + ".dll"));
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();

        var ours = metadata.AssemblyReferences
            .Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))
            .Where(name => AssemblyOf.ContainsValue(name) || name.StartsWith("ControlPlane", StringComparison.OrdinalIgnoreCase));

        Assert.Empty(ours.Except(Allowed[project].Select(allowed => AssemblyOf[allowed])));
    }

    /// <summary>The samples are what a user would write, and the cli talks to the API: neither reaches into the rooms behind it. A benchmark may measure a room.</summary>
    [Fact]
    public void OtherProjects_ReferenceNoRoom()
    {
        var outside = Repository.Files(".csproj").Where(project => !Allowed.ContainsKey(project) && !project.StartsWith("tests/", StringComparison.Ordinal) && !project.StartsWith("bench/", StringComparison.Ordinal));

        Assert.All(outside, project => Assert.Empty(ReferencesOf(project).Intersect(Allowed.Keys)));
    }

    [Fact]
    public void Tests_AreReferencedByNothingThatShips() =>
        Assert.DoesNotContain(
            Repository.Files(".csproj").Where(project => !project.StartsWith("tests/", StringComparison.Ordinal)).SelectMany(ReferencesOf),
            reference => reference.StartsWith("tests/", StringComparison.Ordinal));

    /// <summary>Where the executable was built, beside this assembly's own folder and in the same configuration.</summary>
    private static string BuiltFolder
    {
        get
        {
            var mine = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/'));
            return Path.Combine(mine.Parent!.Parent!.FullName, "ControlPlane.Functions", mine.Name);
        }
    }

    private static IEnumerable<string> ReferencesOf(string project) =>
        from element in Repository.ReadXml(project).Descendants("ProjectReference")
        let path = element.Attribute("Include")!.Value.Replace('\\', '/')
        select Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Repository.Root, Path.GetDirectoryName(project)!, path)));
}
