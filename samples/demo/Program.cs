using System.CommandLine;
using System.Runtime.InteropServices;
using Demo;

var controlPlane = new Option<FileInfo>("--control-plane") { Description = "The control plane's program.", Required = true };
var seconds = new Option<int>("--seconds") { Description = "How long the load lasts.", DefaultValueFactory = _ => 60 };
seconds.Validators.Add(result =>
{
    if (result.GetValueOrDefault<int>() is < 30 or > 3600)
        result.AddError("--seconds takes a whole number from 30 to 3600.");
});
var root = new RootCommand("Shows the control plane at work: a group of real engines under real load.") { controlPlane, seconds };
root.SetAction(async (result, cancellation) =>
{
    using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        stop.Cancel();
    }

    return await Show.RunAsync(result.GetValue(controlPlane)!.FullName, TimeSpan.FromSeconds(result.GetValue(seconds)), stop.Token);
});
return await root.Parse(args).InvokeAsync();
