using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ControlPlane.Bench.Orchestrations;

/// <summary>A custom handler in a process of its own, started, asked and killed as the Functions host does it.</summary>
internal sealed class Handler : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(1);
    private static readonly byte[] Ping = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private Handler(Process process) => _process = process;

    /// <summary>From just before the process was made to the first bytes of its answer to <c>GET /</c>.</summary>
    public TimeSpan FirstAnswer { get; private set; }

    /// <summary>The processor time that it had taken by then. Other work on the machine moves it less than <see cref="FirstAnswer"/>.</summary>
    public TimeSpan ProcessorTime { get; private set; }

    /// <summary>The memory that is resident now, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            const string name = "VmRSS:";
            var line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
            return 1024 * long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), NumberStyles.Integer, CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Starts one and waits for its first answer.</summary>
    /// <param name="executable">The program.</param>
    /// <param name="storage">The connection string of its storage account.</param>
    /// <param name="dataFolder">Where it may write.</param>
    /// <exception cref="InvalidOperationException">It did not answer in time; the message says what it wrote.</exception>
    public static async Task<Handler> StartAsync(string executable, string storage, string dataFolder)
    {
        var port = FreePort();
        var handler = new Handler(new Process { StartInfo = Command(executable, port, storage, dataFolder) });
        handler._process.OutputDataReceived += (_, line) => handler.Hear(line.Data);
        handler._process.ErrorDataReceived += (_, line) => handler.Hear(line.Data);
        var begun = Stopwatch.GetTimestamp();
        handler._process.Start();
        handler._process.BeginOutputReadLine();
        handler._process.BeginErrorReadLine();
        while (!await IsAnsweredAsync(port))
        {
            if (handler._process.HasExited || Stopwatch.GetElapsedTime(begun) > Deadline)
            {
                await handler.DisposeAsync();
                throw new InvalidOperationException($"{Path.GetFileName(executable)} did not answer GET / within {Deadline.TotalSeconds:0} s. It wrote: {handler._output}");
            }

            await Task.Delay(Poll, TimeProvider.System);
        }

        handler.FirstAnswer = Stopwatch.GetElapsedTime(begun);
        handler.ProcessorTime = handler._process.TotalProcessorTime;
        return handler;
    }

    /// <summary>Kills it, without a word before.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>A port that nothing listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static ProcessStartInfo Command(string executable, int port, string storage, string dataFolder)
    {
        var start = new ProcessStartInfo(executable)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(executable),
        };
        start.Environment["FUNCTIONS_CUSTOMHANDLER_PORT"] = port.ToString(CultureInfo.InvariantCulture);
        start.Environment["FUNCTIONS_WORKER_RUNTIME"] = "custom";
        start.Environment["AzureWebJobsStorage"] = storage;
        start.Environment["CONTROLPLANE_DATA"] = dataFolder;
        return start;
    }

    private static async Task<bool> IsAnsweredAsync(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            await socket.SendAsync(Ping);
            var head = new byte[256];
            var length = await socket.ReceiveAsync(head);
            return Encoding.ASCII.GetString(head, 0, length).StartsWith("HTTP/1.1 200", StringComparison.Ordinal);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void Hear(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
    }
}
