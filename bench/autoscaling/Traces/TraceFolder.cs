using ControlPlane.Core.Backtest;

namespace ControlPlane.Bench.Autoscaling.Traces;

/// <summary>Reads every trace of a folder, whichever of the known formats it has.</summary>
internal static class TraceFolder
{
    /// <summary>The most that is played of a trace.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(14);

    /// <summary>The files that hold a trace, in the order of their names.</summary>
    public static IReadOnlyList<string> Files(string folder, string? only) =>
        [.. Directory.EnumerateFiles(folder)
            .Where(path => Path.GetExtension(path) is ".csv" or ".tsv" or ".txt")
            .Where(path => only is null || Path.GetFileName(path).Contains(only, StringComparison.OrdinalIgnoreCase))
            .Where(path => Kind(path) is not null)
            .Order(StringComparer.Ordinal)];

    /// <summary>Reads one and scales it.</summary>
    public static Workload Read(string path, Setting setting)
    {
        var name = ShortName(Path.GetFileNameWithoutExtension(path));
        var lines = File.ReadLines(path);
        return Kind(path) switch
        {
            "swim" => Scaling.FromBytes(name, SwimFile.Read(lines), setting),
            "batch" => Scaling.FromCounts(name, BatchFile.Read(lines).Middle(Longest), setting),
            _ => Scaling.FromCounts(name, CountFile.Read(lines).Middle(Longest), setting),
        };
    }

    private static string? Kind(string path) => File.ReadLines(path).FirstOrDefault() switch
    {
        null => null,
        var line when SwimFile.Recognises(line) => "swim",
        var line when BatchFile.Recognises(line) => "batch",
        var line when CountFile.Recognises(line) => "count",
        _ => null,
    };

    /// <summary>The first two words of a file's name: enough to tell traces apart, short enough for a table.</summary>
    private static string ShortName(string file) =>
        string.Join("_", file.Split(['_', '.', '-'], StringSplitOptions.RemoveEmptyEntries).Take(3)).ToLowerInvariant();
}
