using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace ControlPlane.TestKit;

/// <summary>A storage emulator of one's own: the table service only, in memory, on a free port of the loopback address.</summary>
public sealed class Azurite : IAsyncDisposable
{
    // Azurite has no switch to end with its parent, so a shell ends it when this process closes the pipe, be it by dying.
    private const string EndWithParent = "\"$@\" & read -r _; kill $!; wait $!";
    private const string Started = "successfully started";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Azurite(Process process, int port)
    {
        _process = process;
        Endpoint = new($"http://127.0.0.1:{port}/devstoreaccount1");
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
    }

    /// <summary>The key of its one account, the same everywhere.</summary>
    public static string AccountKey => "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    /// <summary>The address of its table service.</summary>
    public Uri Endpoint { get; }

    public string ConnectionString => $"AccountName=devstoreaccount1;AccountKey={AccountKey};TableEndpoint={Endpoint}";

    /// <summary>Starts one and waits until it serves.</summary>
    /// <exception cref="InvalidOperationException">It is not installed, or did not start; the message says what it wrote.</exception>
    public static async Task<Azurite> StartAsync()
    {
        var port = FreePort.Find();
        var azurite = new Azurite(new Process { StartInfo = Command(port) }, port);
        azurite._process.Start();
        azurite._process.BeginOutputReadLine();
        azurite._process.BeginErrorReadLine();
        try
        {
            await azurite._started.Task.WaitAsync(Deadline);
            return azurite;
        }
        catch (TimeoutException)
        {
            await azurite.DisposeAsync();
            throw new InvalidOperationException($"Azurite did not say '{Started}' within {Deadline.TotalSeconds} s. It wrote: {azurite._output}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static ProcessStartInfo Command(int port)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        string[] arguments =
        [
            "-c", EndWithParent, "azurite", "node", Script(), "--tableHost", "127.0.0.1", "--tablePort", port.ToString(CultureInfo.InvariantCulture),
            "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", "--silent",
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return start;
    }

    private static string Script()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "ControlPlane.sln")))
            root = root.Parent;
        var script = Path.Combine(root?.FullName ?? "", "tests/Azurite/node_modules/azurite/dist/src/table/main.js");
        return File.Exists(script)
            ? script
            : throw new InvalidOperationException("Azurite is not installed. Run tests/Azurite/install (./test does it by itself).");
    }

    private void Hear(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
        if (line?.Contains(Started, StringComparison.Ordinal) == true)
            _started.TrySetResult();
    }
}
