using System.Diagnostics;
using ControlPlane.EndToEnd.Machine;
using ControlPlane.TestKit;

namespace ControlPlane.EndToEnd.Upgrades;

/// <summary>What <c>./run --demo upgrade</c> runs, to its end.</summary>
public sealed class DemoTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    [PostgresFact]
    public async Task Upgrade_ThereAndBack_LosesNothing()
    {
        var start = new ProcessStartInfo(Programs.Demo, ["--control-plane", Programs.ControlPlane, "upgrade"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["CONTROLPLANE_ENGINE_PATH"] = Path.GetDirectoryName(Programs.SqlEngine);

        using var demo = Process.Start(start)!;
        var errors = demo.StandardError.ReadToEndAsync();
        var output = demo.StandardOutput.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(Patience);
        await demo.WaitForExitAsync(deadline.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!demo.HasExited)
            demo.Kill(entireProcessTree: true);

        Assert.True(demo.HasExited && demo.ExitCode == 0, $"The demo did not succeed within {Patience.TotalMinutes} min. It wrote: {await output} {await errors}");
        Assert.EndsWith("SUCCESS\n", await output, StringComparison.Ordinal);
        Assert.Contains("version 2 serves", await output, StringComparison.Ordinal);
    }
}
