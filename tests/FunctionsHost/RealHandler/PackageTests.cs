using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using ControlPlane.FunctionsHost.Tests;

namespace ControlPlane.FunctionsHost.RealHandler;

/// <summary>What is deployed: built by its own command, unpacked, and run from there.</summary>
public sealed class PackageTests : IAsyncLifetime
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private static readonly TimeSpan BuildTimeout = TimeSpan.FromMinutes(4);

    private readonly string _unpacked = Directory.CreateTempSubdirectory("package-").FullName;

    public async Task InitializeAsync()
    {
        var root = FindRoot();
        using var build = Process.Start(new ProcessStartInfo(Path.Combine(root, "package"))
        {
            WorkingDirectory = root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // A compiler that stays for the next build would keep these two open long after the end.
            Environment = { ["MSBUILDDISABLENODEREUSE"] = "1", ["UseSharedCompilation"] = "false" },
        })!;
        var output = build.StandardOutput.ReadToEndAsync();
        var errors = build.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(BuildTimeout);
        await build.WaitForExitAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!build.HasExited)
        {
            build.Kill(entireProcessTree: true);
            Assert.Fail($"./package has not ended within {BuildTimeout.TotalMinutes:0} min. Where a package source does not answer, its restore waits.");
        }

        Assert.True(build.ExitCode == 0, $"./package ended with {build.ExitCode}:\n{await output}\n{await errors}");
        await ZipFile.ExtractToDirectoryAsync(Path.Combine(root, "artifacts", "package", "controlplane.zip"), _unpacked);
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_unpacked, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Package_RunAsTheHostDoes_ServesIsKilledAndServesAgain()
    {
        Assert.True(File.Exists(Path.Combine(_unpacked, "host.json")));
        Assert.Equal(Executable, File.GetUnixFileMode(Path.Combine(_unpacked, "controlplane")));
        Assert.Equal(
            Directory.GetDirectories(Path.Combine(FindRoot(), "functions", "bindings")).Select(Path.GetFileName).Order(),
            Directory.GetFiles(_unpacked, "function.json", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_unpacked, Path.GetDirectoryName(file)!)).Order());

        await using var site = await RealSite.ServeAsync(options => options with { Root = _unpacked, WaitsDuringRestarts = true });
        await site.AddMonitorAsync("g", 1, 2);
        await site.ReadyAsync("g", 1, "from the package");
        var first = site.Host.Worker.ProcessId;

        site.Host.Worker.Kill();
        await Wait.UntilAsync(() => site.Host.Worker.ProcessId is > 0 and var now && now != first, "a handler after the one that was killed");
        await site.Host.Worker.WaitUntilReadyAsync();

        await Wait.UntilAsync(async () => (await RunAsync(site)) == HttpStatusCode.OK, () => $"an answer after the restart\n{site.Describe()}");
        await using (var load = Load.Begin(site.Client, "g", clients: 8))
            await site.ReadyAsync("g", 2, "under load, after the restart", seconds: 120);
    }

    private static async Task<HttpStatusCode> RunAsync(RealSite site)
    {
        using var answer = await Load.RunAsync(site.Client, "g");
        return answer.StatusCode;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ControlPlane.sln")))
            folder = folder.Parent ?? throw new FileNotFoundException("ControlPlane.sln is not above the tests.");
        return folder.FullName;
    }
}
