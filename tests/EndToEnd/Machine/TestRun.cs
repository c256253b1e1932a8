using System.Diagnostics;

namespace ControlPlane.EndToEnd.Machine;

/// <summary>
/// The folder of this run of the tests. Whatever runs inside it ends with the run, also when the runner is killed: a
/// janitor waits for the end of a pipe that only the runner holds open, and then kills every process that works in the
/// folder and removes it.
/// </summary>
internal static class TestRun
{
    private const string Janitor = """
        cat >/dev/null
        for round in 1 2 3; do
          for process in /proc/[0-9]*; do
            case "$(readlink "$process/cwd" 2>/dev/null)" in "$1"/*) kill -9 "${process#/proc/}" 2>/dev/null ;; esac
          done
          sleep 0.3
        done
        rm -rf "$1"
        """;

    private static readonly DirectoryInfo Root = Directory.CreateTempSubdirectory("controlplane-tests-");

    // Kept, because the janitor acts when this goes.
    private static readonly Process Watching = StartJanitor();

    private static int _folders;

    /// <summary>Makes a folder for one test.</summary>
    public static string MakeFolder(string name)
    {
        Trace.Assert(!Watching.HasExited, "the janitor has ended");
        return Root.CreateSubdirectory($"{Interlocked.Increment(ref _folders):D3}-{name}").FullName;
    }

    private static Process StartJanitor() =>
        Process.Start(new ProcessStartInfo("setsid", ["/bin/sh", "-c", Janitor, "janitor", Root.FullName])
        {
            RedirectStandardInput = true,
            WorkingDirectory = "/",
        })!;
}
