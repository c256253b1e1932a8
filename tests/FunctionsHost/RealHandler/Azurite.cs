using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ControlPlane.FunctionsHost.RealHandler;

/// <summary>The storage emulator's tables, in memory, for one test.</summary>
internal sealed class Azurite : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private Azurite(Process process, int port)
    {
        _process = process;
        ConnectionString = "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;"
            + "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;"
            + $"TableEndpoint=http://127.0.0.1:{port}/devstoreaccount1;";
    }

    public string ConnectionString { get; }

    public static async Task<Azurite> StartAsync()
    {
        var folder = Home();
        using (var install = Process.Start(Path.Combine(folder, "install"))!)
            await install.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(5));
        var port = FreePort();
        var program = Path.Combine(folder, "node_modules", ".bin", "azurite-table");
        var process = Process.Start(new ProcessStartInfo(program, ["--tableHost", "127.0.0.1", "--tablePort", $"{port}", "--inMemoryPersistence", "--silent", "--skipApiVersionCheck"]))!;
        await ListensAsync(port);
        return new Azurite(process, port);
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static string Home()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "tests", "Azurite");
            if (Directory.Exists(path))
                return path;
        }

        throw new DirectoryNotFoundException("tests/Azurite is nowhere above this assembly.");
    }

    private static async Task ListensAsync(int port)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < Deadline)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(50);
            }
        }

        throw new TimeoutException($"Azurite does not listen on port {port} after {Deadline.TotalSeconds} s.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
