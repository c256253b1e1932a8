namespace ControlPlane.EndToEnd.Machine;

/// <summary>Where the executables under test are: beside this assembly, in the layout of the artifacts folder.</summary>
internal static class Programs
{
    public static string ControlPlane { get; } = Find("ControlPlane.Functions", "controlplane");

    public static string SqlEngine { get; } = Find("SqlEngine", "sql-engine");

    public static string Demo { get; } = Find("Demo", "demo");

    private static string Find(string project, string program)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var path = Path.Combine(own.Parent!.Parent!.FullName, project, own.Name, program);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{program} is not built: {path} is missing.");
    }
}
