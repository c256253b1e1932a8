using ControlPlane.Functions.Hosting;

try
{
    var isHosted = FunctionsApp.IsHosted;
    var (options, exitCode) = new CommandLine(isHosted ? FunctionsApp.DataFolder : SingleMachine.DataFolder).Read(args);
    if (options is null)
        return exitCode;
    return isHosted ? await FunctionsApp.RunAsync(options) : await SingleMachine.RunAsync(options);
}
catch (StartException failure)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return failure.ExitCode;
}
