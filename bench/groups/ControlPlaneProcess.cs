using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace ControlPlane.Bench.Groups;

/// <summary>The program under measurement, in a process of its own, on a free port of loopback.</summary>
internal sealed class ControlPlaneProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ControlPlaneProcess(Process process) => _process = process;

    public Uri Address { get; private set; } = null!;

    /// <summary>The processor time that it has taken so far, on all cores.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>The memory that is resident now, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public static async Task<ControlPlaneProcess> StartAsync(string program, string folder, string profiles, params string[] flags)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] arguments = ["--listen", "127.0.0.1:0", "--data", folder, "--profiles", profiles, .. flags];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        var started = new ControlPlaneProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        started._process.OutputDataReceived += (_, line) => started.Hear(line.Data);
        started._process.ErrorDataReceived += (_, line) => started.Hear(line.Data);
        started._process.Exited += (_, _) => started._address.TrySetException(new InvalidOperationException("The control plane ended. It wrote: " + started._output));
        started._process.Start();
        started._process.BeginOutputReadLine();
        started._process.BeginErrorReadLine();
        try
        {
            started.Address = await started._address.Task.WaitAsync(StartDeadline);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks it to stop, and kills it when it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using var stop = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
            await stop.WaitForExitAsync();
            using var deadline = new CancellationTokenSource(StopDeadline);
            await _process.WaitForExitAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_process.HasExited)
                _process.Kill();
        }

        _process.Dispose();
    }

    private void Hear(string? line)
    {
        const string listens = " listens on ";
        if (line is null)
            return;
        lock (_output)
            _output.AppendLine(line);
        if (line.IndexOf(listens, StringComparison.Ordinal) is > 0 and var at)
            _address.TrySetResult(new Uri(line[(at + listens.Length)..].Split(',')[0]));
    }
}
