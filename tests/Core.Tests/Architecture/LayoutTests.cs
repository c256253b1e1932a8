namespace ControlPlane.Core.Tests.Architecture;

public sealed class LayoutTests
{
    private const int MostLines = 600;

    private static readonly string[] KnownRooms =
    [
        "core", "durable", "infra", "functions", "portal", "cli", "profiles", "samples", "bicep", "tests", "bench", "docs", ".ci",
    ];

    [Fact]
    public void TopFolders_AreKnownRooms() => Assert.Empty(Repository.Rooms.Except(KnownRooms));

    [Fact]
    public void TopFolders_TheFourOfTheProduct_AreThere() =>
        Assert.Empty(new[] { "core", "durable", "infra", "functions" }.Except(Repository.Rooms));

    [Fact]
    public void SourceFiles_AreNotLong()
    {
        var files = Repository.Files(".cs");

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.InRange(Repository.Read(file).Count(letter => letter == '\n'), 0, MostLines));
    }

    [Fact]
    public void TestProjects_MirrorNoFolderThatIsGone()
    {
        var gone = Directory.EnumerateDirectories(Path.Combine(Repository.Root, "tests", "Core.Tests"))
            .Select(folder => Path.GetFileName(folder))
            .Where(folder => folder is not ("Architecture" or "bin" or "obj"))
            .Where(folder => !Directory.Exists(Path.Combine(Repository.Root, "core", folder)));

        Assert.Empty(gone);
    }
}
