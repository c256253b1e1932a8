using System.Diagnostics;
using ControlPlane.Functions.Tests.Site;
using ControlPlane.TestKit;

namespace ControlPlane.Functions.Tests.Signals;

/// <summary>Prometheus itself, on a free port of this machine, with its data in a folder of its own, scraping nothing.</summary>
internal sealed class RealPrometheus : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("controlplane-test-");
    private readonly Process _process;
    private bool _hasEnded;

    private RealPrometheus(string program)
    {
        var port = FreePort.Find();
        Url = $"http://127.0.0.1:{port}";
        var config = Path.Combine(_folder.FullName, "prometheus.yml");
        File.WriteAllText(config, "global: {}\n");
        _process = Process.Start(new ProcessStartInfo(program)
        {
            ArgumentList =
            {
                $"--config.file={config}",
                $"--storage.tsdb.path={Path.Combine(_folder.FullName, "data")}",
                $"--web.listen-address=127.0.0.1:{port}",
                "--log.level=error",
            },
        })!;
    }

    public string Url { get; }

    /// <summary>The program; null when it is not installed.</summary>
    public static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, "prometheus"))
        .FirstOrDefault(File.Exists);

    public static async Task<RealPrometheus> StartAsync()
    {
        var prometheus = new RealPrometheus(Find()!);
        using var client = new HttpClient();
        await Soon.TrueAsync(
            async () =>
            {
                try
                {
                    using var answer = await client.GetAsync(new Uri(prometheus.Url + "/-/ready"));
                    return answer.IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            "a Prometheus that is ready");
        return prometheus;
    }

    public async ValueTask DisposeAsync()
    {
        if (_hasEnded)
            return;
        _hasEnded = true;
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
