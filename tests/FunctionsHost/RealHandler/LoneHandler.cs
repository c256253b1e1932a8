using System.Diagnostics;
using ControlPlane.FunctionsHost.Tests;
using ControlPlane.TestKit;

namespace ControlPlane.FunctionsHost.RealHandler;

/// <summary>The executable with an environment like the host's, and nobody behind it.</summary>
internal sealed class LoneHandler : IDisposable
{
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(30);

    private readonly PublishedRoot _root = new();
    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    private LoneHandler(int port, IEnumerable<(string Name, string? Value)> settings)
    {
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(60) };
        var start = new ProcessStartInfo(Path.Combine(_root.Folder, "controlplane"))
        {
            WorkingDirectory = _root.Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in settings.Prepend(("FUNCTIONS_CUSTOMHANDLER_PORT", $"{port}")))
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _output = _process.StandardOutput.ReadToEndAsync();
        _errors = _process.StandardError.ReadToEndAsync();
    }

    public HttpClient Client { get; }

    /// <summary>Starts one on a free port; a setting of the same name as one of the usual ones goes first, and null takes it away.</summary>
    public static LoneHandler Start(params (string Name, string? Value)[] settings) => new(
        FreePort.Find(),
        [("FUNCTIONS_WORKER_RUNTIME", "custom"), ("AzureWebJobsStorage", Unreachable()), .. settings]);

    /// <summary>A storage account that nobody serves.</summary>
    public static string Unreachable() => $"AccountName=a;AccountKey=c2VjcmV0;TableEndpoint=http://127.0.0.1:{FreePort.Find()}/a";

    public Task ServesAsync() => Wait.UntilAsync(async () => await IsServingAsync(), () => "an answer at /");

    public async Task<(int ExitCode, string Errors)> EndsAsync()
    {
        using var deadline = new CancellationTokenSource(EndTimeout);
        await _process.WaitForExitAsync(deadline.Token);
        return (_process.ExitCode, await _errors);
    }

    /// <summary>Asks it to end, as a system does that goes down.</summary>
    public void Terminate()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
        Client.Dispose();
        _root.Dispose();
    }

    private async Task<bool> IsServingAsync()
    {
        Assert.False(_process.HasExited, "The handler has ended.");
        try
        {
            return (await Client.GetAsync("/")).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
