using System.Globalization;

namespace ControlPlane.Infra.SqliteDatabases;

/// <summary>Who has a file open, as far as this user may see: the descriptors of processes in <c>/proc</c>.</summary>
internal static class OpenFiles
{
    /// <summary>The processes, each with its number and program; one that nobody can see is said to be so.</summary>
    public static IReadOnlyList<string> FindUsers(string file)
    {
        var users = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
            .Where(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Where(process => HasOpen(process!, file)).Select(process => $"process {process} ({ProgramOf(process!)})").ToList();
        return users.Count > 0 ? users : ["a process that cannot be seen from here"];
    }

    private static bool HasOpen(string process, string file)
    {
        try
        {
            return Directory.EnumerateFiles($"/proc/{process}/fd").Any(descriptor => new FileInfo(descriptor).LinkTarget == file);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string ProgramOf(string process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/comm").Trim();
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "it has just ended";
        }
    }
}
