using SqlEngine;
using SqlEngine.Data;
using SqlEngine.Options;

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
    await using var app = EngineApp.Build(WithPasswords(options), TimeProvider.System);
    await app.RunAsync();
    return Environment.ExitCode;
}
catch (OperationCanceledException) when (Environment.ExitCode != 0)
{
    // It gave up before its start had come to an end, and has said why.
    return Environment.ExitCode;
}
catch (Exception failure) when (failure is SqlFailure or SchemaMismatchException or IOException or UnauthorizedAccessException)
{
    var database = options.Postgres?.ToString() ?? options.DatabaseFile;
    Console.Error.WriteLine("sql-engine: " + failure switch
    {
        SqlFailure => $"cannot use the database {database}: {failure.Message}",
        SchemaMismatchException => $"the database {database} {failure.Message}",
        _ => $"cannot start: {failure.Message}",
    });
    return Failed;
}

static EngineOptions WithPasswords(EngineOptions options) => options.Postgres is not { } postgres ? options : options with
{
    Postgres = postgres with
    {
        Password = Environment.GetEnvironmentVariable("SQL_ENGINE_PASSWORD"),
        ReaderPassword = Environment.GetEnvironmentVariable("SQL_ENGINE_READER_PASSWORD"),
    },
};
