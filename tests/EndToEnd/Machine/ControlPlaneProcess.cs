using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.RegularExpressions;
using ControlPlane.TestKit;

namespace ControlPlane.EndToEnd.Machine;

/// <summary>One life of the real control plane, in a session of its own as if it had a terminal to itself.</summary>
internal sealed partial class ControlPlaneProcess : IDisposable
{
    private readonly Process _process;
    private readonly TaskCompletionSource<Uri> _url = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();

    private ControlPlaneProcess(ProcessStartInfo start)
    {
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => OnOutput(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(_errors, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Pid => _process.Id;

    public bool HasEnded => _process.HasExited;

    public string Output => string.Join('\n', _output);

    /// <summary>What it wrote to stderr; complete once <see cref="EndAsync"/> has returned.</summary>
    public string Errors => string.Join('\n', _errors);

    public static ControlPlaneProcess Start(string folder, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? variables = null)
    {
        // Each becomes the next, so the process id is the control plane's. Whoever runs the tests in the background ignores
        // Ctrl-C, and so would every process below it.
        var start = new ProcessStartInfo("setsid", ["env", "--default-signal=INT", Programs.ControlPlane, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in variables ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return new ControlPlaneProcess(start);
    }

    /// <summary>Waits until it says where it listens.</summary>
    public async Task<Uri> ServeAsync()
    {
        var ended = _process.WaitForExitAsync();
        var limit = Task.Delay(TimeSpan.FromSeconds(30));
        var first = await Task.WhenAny(_url.Task, ended, limit);
        return first == _url.Task
            ? await _url.Task
            : throw new InvalidOperationException($"The control plane {(first == ended ? "ended" : "did not listen within 30 s")}: {Errors}\n{Output}");
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Holds it up where it is, until the answer is disposed of.</summary>
    public IDisposable Freeze()
    {
        ProcessSignal.Freeze(Pid);
        SpinWait.SpinUntil(() => HasEnded || ProcessTable.IsFrozen(Pid));
        return new Frost(Pid);
    }

    public Task TerminateAsync() => Shell.RunAsync("/", $"kill -TERM {_process.Id}");

    /// <summary>Ctrl-C at a terminal goes to every process of the foreground group.</summary>
    public Task InterruptGroupAsync() => Shell.RunAsync("/", $"kill -INT -- -{_process.Id}");

    /// <summary>Waits for its end and returns its exit code.</summary>
    public async Task<int> EndAsync(double limitSeconds = 20)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(limitSeconds));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"After {limitSeconds} s the control plane has still not ended. {Errors}\n{Output}");
        }

        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }

    private void OnOutput(string? line)
    {
        Keep(_output, line);
        if (line is not null && Listening().Match(line) is { Success: true } match)
            _url.TrySetResult(new Uri(match.Groups[1].Value));
    }

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
            lines.Enqueue(line);
    }

    private sealed class Frost(int pid) : IDisposable
    {
        public void Dispose() => ProcessSignal.Thaw(pid);
    }

    [GeneratedRegex(@"^ControlPlane \S+ listens on (http://\S+), state in ")]
    private static partial Regex Listening();
}
