using ControlPlane.Functions.Hosting;

try
{
    var (options, exitCode) = new CommandLine().Read(args);
    return options is null ? exitCode : await SingleMachine.RunAsync(options);
}
catch (StartException failure)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return failure.ExitCode;
}
