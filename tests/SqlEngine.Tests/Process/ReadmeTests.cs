using System.Diagnostics;

namespace ControlPlane.SqlEngine.Tests.Process;

public sealed class ReadmeTests
{
    private const string Prompt = "$ ";
    private const string Address = "http://127.0.0.1:9003";

    [Fact]
    public async Task Examples_RunInOrder_AnswerAsTheReadmeSays()
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "sql-engine-README.md"));
        var pairs = lines.Zip(lines.Skip(1));
        var examples = pairs.Where(pair => pair.First.StartsWith($"{Prompt}curl", StringComparison.Ordinal)).ToList();
        using var engine = await EngineProcess.ServeAsync();

        Assert.Equal(12, examples.Count);
        foreach (var (command, expected) in examples)
        {
            var url = engine.Url.ToString().TrimEnd('/');
            var answer = await ShellAsync(command[Prompt.Length..].Replace(Address, url, StringComparison.Ordinal));
            Assert.Equal($"{command}\n{expected}", $"{command}\n{answer}");
        }

        await engine.SignalAsync("TERM");
        await engine.EndAsync();
    }

    private static async Task<string> ShellAsync(string command)
    {
        using var shell = System.Diagnostics.Process.Start(new ProcessStartInfo("bash", ["-c", command]) { RedirectStandardOutput = true })!;
        var output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(20));
        return output;
    }
}
