using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Demo;

/// <summary>A control plane of the demo's own: on a free port, with its state in a temporary folder.</summary>
internal sealed partial class ControlPlaneProcess : IAsyncDisposable
{
    private const int Terminate = 15;
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly DirectoryInfo _data;

    private ControlPlaneProcess(Process process, DirectoryInfo data, Uri url) => (_process, _data, Url) = (process, data, url);

    public Uri Url { get; }

    public static async Task<ControlPlaneProcess> StartAsync(string program, CancellationToken cancellation, params string[] flags)
    {
        var data = Directory.CreateTempSubdirectory("controlplane-demo-");
        var process = Process.Start(new ProcessStartInfo(program, ["--listen", "127.0.0.1:0", "--data", data.FullName, .. flags])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var faults = process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(StartDeadline);
        try
        {
            while (await process.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
            {
                if (line.Split("listens on ") is not [_, var rest])
                    continue;
                _ = DrainAsync(process.StandardOutput);
                return new ControlPlaneProcess(process, data, new Uri(rest.Split(',')[0]));
            }

            throw new InvalidOperationException($"The control plane did not start: {await faults}");
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            data.Delete(recursive: true);
            throw;
        }
    }

    /// <summary>Ends it in good order, and with it the engines that it has started.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _ = Kill(_process.Id, Terminate);
        using var deadline = new CancellationTokenSource(StopDeadline);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
        _data.Delete(recursive: true);
    }

    /// <summary>Its log is not shown, but a full pipe would stop it.</summary>
    private static async Task DrainAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is not null)
        {
            // Nothing to do with it.
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}
