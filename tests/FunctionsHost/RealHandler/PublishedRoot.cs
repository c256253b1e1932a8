namespace ControlPlane.FunctionsHost.RealHandler;

/// <summary>The published root of the real product, put together in a folder of its own.</summary>
internal sealed class PublishedRoot : IDisposable
{
    public PublishedRoot()
    {
        var published = Path.Combine(AppContext.BaseDirectory, "published");
        Directory.CreateDirectory(Folder);
        File.Copy(Path.Combine(published, "host.json"), Path.Combine(Folder, "host.json"));
        foreach (var function in Directory.GetFiles(published, "function.json", SearchOption.AllDirectories))
        {
            var folder = Directory.CreateDirectory(Path.Combine(Folder, Path.GetFileName(Path.GetDirectoryName(function)!)));
            File.Copy(function, Path.Combine(folder.FullName, "function.json"));
        }

        // The program finds its libraries beside the file that the link means.
        File.CreateSymbolicLink(Path.Combine(Folder, "controlplane"), Program("ControlPlane.Functions", "controlplane"));
    }

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), $"published-{Guid.NewGuid():N}");

    /// <summary>Where the sample engine is.</summary>
    public static string EngineFolder => Path.GetDirectoryName(Program("SqlEngine", "sql-engine"))!;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string Program(string project, string name)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var path = Path.Combine(own.Parent!.Parent!.FullName, project, own.Name, name);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{name} is not built: {path} is missing.");
    }
}
