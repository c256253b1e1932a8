using System.Xml.Linq;

namespace ControlPlane.Core.Tests.Architecture;

/// <summary>The files of the project, found from where this assembly lies.</summary>
internal static class Repository
{
    private static readonly string[] NotOurs = ["artifacts", "bin", "obj", "node_modules", "data", "TestResults"];

    public static string Root { get; } = FindRoot();

    /// <summary>All files with an ending, as paths from the root with slashes; nothing that is built or downloaded.</summary>
    public static IReadOnlyList<string> Files(string ending) =>
        [.. Walk(Root).Where(file => file.EndsWith(ending, StringComparison.Ordinal)).Select(file => Path.GetRelativePath(Root, file)).Order(StringComparer.Ordinal)];

    public static string Read(string file) => File.ReadAllText(Path.Combine(Root, file));

    public static XDocument ReadXml(string file) => XDocument.Load(Path.Combine(Root, file));

    /// <summary>The folders at the top that are ours.</summary>
    public static IEnumerable<string> Rooms => Directory.EnumerateDirectories(Root).Where(IsOurs).Select(folder => Path.GetFileName(folder));

    private static IEnumerable<string> Walk(string folder) =>
        Directory.EnumerateFiles(folder).Concat(Directory.EnumerateDirectories(folder).Where(IsOurs).SelectMany(Walk));

    private static bool IsOurs(string folder) =>
        Path.GetFileName(folder) is var name && !NotOurs.Contains(name) && (!name.StartsWith('.') || name == ".ci");

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "ControlPlane.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds ControlPlane.sln.");
    }
}
