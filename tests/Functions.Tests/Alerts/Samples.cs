namespace ControlPlane.Functions.Tests.Alerts;

/// <summary>The examples of docs/operations/alerts.md: what is tested is what is promised.</summary>
internal static class Samples
{
    public static string Scale => Block("scale");

    public static string Rule => Block("rule");

    public static string Alertmanager => Block("alertmanager");

    public static string AzureMonitor => Block("azure-monitor");

    private static string Block(string name)
    {
        var page = File.ReadAllText(Path.Combine(Root(), "docs", "operations", "alerts.md"));
        var start = $"```json {name}\n";
        var begin = page.IndexOf(start, StringComparison.Ordinal) + start.Length;
        Assert.True(begin >= start.Length, $"docs/operations/alerts.md has no block \"json {name}\".");
        return page[begin..page.IndexOf("\n```", begin, StringComparison.Ordinal)];
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "ControlPlane.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds ControlPlane.sln.");
    }
}
