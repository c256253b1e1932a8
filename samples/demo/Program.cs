using System.CommandLine;
using System.Runtime.InteropServices;
using Demo;
using Demo.Upgrade;

var controlPlane = new Option<FileInfo>("--control-plane") { Description = "The control plane's program.", Required = true, Recursive = true };
var seconds = new Option<int>("--seconds") { Description = "How long the load lasts.", DefaultValueFactory = _ => 60 };
seconds.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() is < 30 or > 3600)
        result.AddError("--seconds takes a whole number from 30 to 3600.");
});
var root = new RootCommand("Shows the control plane at work: a group of real engines under real load.") { controlPlane, seconds };
root.SetAction((result, cancellation) => PlayAsync(
    stop => Show.RunAsync(result.GetValue(controlPlane)!.FullName, TimeSpan.FromSeconds(result.GetValue(seconds)), stop), cancellation));
var upgrade = new Command("upgrade", "Shows an upgrade onto a copied database under load, and the way back. It needs PostgreSQL.");
upgrade.SetAction((result, cancellation) => PlayAsync(stop => UpgradeShow.RunAsync(result.GetValue(controlPlane)!.FullName, stop), cancellation));
root.Add(upgrade);
return await root.Parse(args).InvokeAsync();

static async Task<int> PlayAsync(Func<CancellationToken, Task<int>> show, CancellationToken cancellation)
{
    using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        stop.Cancel();
    }

    return await show(stop.Token);
}
