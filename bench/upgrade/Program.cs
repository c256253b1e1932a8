using System.Globalization;
using System.Runtime.InteropServices;
using ControlPlane.Bench.Upgrade;
using Demo.Upgrade;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (Options.Parse(args) is not { } options)
{
    Console.Error.WriteLine(Options.Usage);
    return 2;
}

if (PrivatePostgres.Missing is { } missing)
{
    Console.Error.WriteLine(missing);
    return 2;
}

// Whatever hangs, it ends.
using var stop = new CancellationTokenSource(TimeSpan.FromHours(1), TimeProvider.System);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    return await new Match(options).PlayAsync(stop.Token);
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("Stopped.");
    return 130;
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
