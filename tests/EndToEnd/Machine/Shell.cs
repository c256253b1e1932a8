using System.Diagnostics;

namespace ControlPlane.EndToEnd.Machine;

/// <summary>Runs a line as somebody at a terminal would: through bash.</summary>
internal static class Shell
{
    public static Process Start(string folder, string line) => Process.Start(new ProcessStartInfo("bash", ["-c", line])
    {
        WorkingDirectory = folder,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    /// <summary>Runs a line to its end and returns what it printed.</summary>
    public static async Task<string> RunAsync(string folder, string line)
    {
        using var process = Start(folder, line);
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{line}: exit code {process.ExitCode}. {await errors}");
    }
}
