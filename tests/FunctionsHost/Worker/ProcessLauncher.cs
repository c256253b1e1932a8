using System.Diagnostics;

namespace ControlPlane.FunctionsHost.Worker;

/// <summary>Starts handlers as child processes.</summary>
public sealed class ProcessLauncher : IWorkerLauncher
{
    /// <inheritdoc/>
    public IWorker Launch(WorkerStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        var information = new ProcessStartInfo(start.Executable, start.Arguments)
        {
            WorkingDirectory = start.WorkingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        information.Environment.Clear();
        foreach (var (name, value) in start.Environment)
            information.Environment[name] = value;
        var process = Process.Start(information) ?? throw new InvalidOperationException($"{start.Executable} could not be started.");
        return new ProcessWorker(process, start.Output);
    }

    private sealed class ProcessWorker : IWorker
    {
        private readonly Process _process;

        public ProcessWorker(Process process, WorkerOutput output)
        {
            _process = process;
            ProcessId = process.Id;
            Exited = WaitAsync(PumpAsync(process.StandardOutput, output.AddStandard), PumpAsync(process.StandardError, output.AddError));
        }

        public Task<int> Exited { get; }

        public int ProcessId { get; }

        public void Kill()
        {
            try
            {
                _process.Kill();
            }
            catch (InvalidOperationException)
            {
                // It has ended by itself.
            }
        }

        private async Task<int> WaitAsync(params Task[] pumps)
        {
            await _process.WaitForExitAsync();
            var code = _process.ExitCode;

            // Its own children may hold its output open; their lines are still taken, and nobody waits for them.
            _ = Task.WhenAll(pumps).ContinueWith(_ => _process.Dispose(), TaskScheduler.Default);
            return code;
        }

        private static async Task PumpAsync(StreamReader reader, Action<string> take)
        {
            while (await reader.ReadLineAsync() is { } line)
                take(line);
        }
    }
}
