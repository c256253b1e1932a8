using System.Diagnostics;

namespace ControlPlane.FunctionsHost.RealHandler;

/// <summary>Where instances work. They outlive a handler that was killed, and end with this.</summary>
internal sealed class InstanceFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("functions-data-").FullName;

    public void Dispose()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(System.IO.Path.GetFileName(folder), out var pid) || !WorksHere(folder))
                continue;
            try
            {
                using var process = Process.GetProcessById(pid);
                process.Kill();
            }
            catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
            {
                // It has ended by itself.
            }
        }

        Directory.Delete(Path, recursive: true);
    }

    private bool WorksHere(string folder)
    {
        try
        {
            return new FileInfo(System.IO.Path.Combine(folder, "cwd")).LinkTarget?.StartsWith(Path, StringComparison.Ordinal) == true;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
