using System.Diagnostics;
using System.Text.RegularExpressions;

namespace ControlPlane.SqlEngine.Tests.Process;

/// <summary>The real executable.</summary>
internal sealed partial class EngineProcess : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly System.Diagnostics.Process _process;
    private readonly Task<string> _errors;
    private readonly List<string> _lines = [];

    private EngineProcess(IReadOnlyDictionary<string, string> environment, string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "sql-engine"), arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        _process = System.Diagnostics.Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>The lines of output so far: all of them once <see cref="EndAsync"/> has returned.</summary>
    public IReadOnlyList<string> Lines => _lines;

    public Uri Url { get; private set; } = new("http://unknown");

    public static EngineProcess Start(params string[] arguments) => Start(new Dictionary<string, string>(), arguments);

    public static EngineProcess Start(IReadOnlyDictionary<string, string> environment, params string[] arguments) => new(environment, arguments);

    /// <summary>Starts on a free port and waits for the line that says so.</summary>
    public static Task<EngineProcess> ServeAsync(params string[] arguments) => ServeAsync(new Dictionary<string, string>(), arguments);

    public static async Task<EngineProcess> ServeAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var process = new EngineProcess(environment, ["--port", "0", .. arguments]);
        Match listening;
        do
        {
            var line = await process._process.StandardOutput.ReadLineAsync().WaitAsync(Deadline)
                ?? throw new InvalidOperationException(await process._errors);
            process._lines.Add(line);
            listening = Listening().Match(line);
        }
        while (!listening.Success);

        process.Url = new Uri(listening.Value);
        return process;
    }

    public async Task SignalAsync(string signal)
    {
        using var kill = System.Diagnostics.Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits for the end.</summary>
    public async Task<(int ExitCode, string Errors)> EndAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync().WaitAsync(Deadline) is { } line)
            _lines.Add(line);
        await _process.WaitForExitAsync().WaitAsync(Deadline);
        return (_process.ExitCode, await _errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    [GeneratedRegex(@"http://[\d.:]+\d")]
    private static partial Regex Listening();
}
