using SqlEngine;
using SqlEngine.Options;
using SqlEngine.Sqlite;

const int Failed = 1;
const int Misused = 2;

var arguments = ArgumentParser.Parse(args);
if (arguments.WantsHelp)
{
    Console.Write(ArgumentParser.Help);
    return 0;
}

if (arguments.Options is not { } options)
{
    Console.Error.WriteLine($"sql-engine: {arguments.Error}");
    return Misused;
}

try
{
    await using var app = EngineApp.Build(options, TimeProvider.System);
    await app.RunAsync();
    return 0;
}
catch (Exception failure) when (failure is SqliteFailure or IOException or UnauthorizedAccessException)
{
    var subject = failure is SqliteFailure ? $"cannot use the database {options.DatabaseFile}" : "cannot start";
    Console.Error.WriteLine($"sql-engine: {subject}: {failure.Message}");
    return Failed;
}
