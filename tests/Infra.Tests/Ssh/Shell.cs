using System.Diagnostics;
using System.Text;

namespace ControlPlane.Infra.Tests.Ssh;

/// <summary>Runs programs as a script would.</summary>
internal static class Shell
{
    /// <summary>Gives a script to a shell on its standard input, and returns what it prints.</summary>
    public static string Run(string shell, string script) => Run(shell, ["-s"], script).Output;

    /// <summary>Runs a program to its end.</summary>
    public static (int ExitCode, string Output, string Error) Run(string program, IEnumerable<string> arguments, string input = "")
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        using var process = Process.Start(info)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        process.WaitForExit();
        return (process.ExitCode, output.Result, error.Result);
    }
}
