using SqlEngine.Options;

namespace ControlPlane.SqlEngine.Tests.Options;

public sealed class ArgumentParserTests
{
    [Fact]
    public void Parse_EveryFlag_IsApplied()
    {
        string[] arguments =
        [
            "--port", "0", "--name=a=b", "--database", "x.db", "--cores", "7", "--max-jobs", "3", "--max-sessions", "2",
            "--session-idle", "60", "--engine-version", "9.9", "--startup-delay", "1.5", "--drain-timeout", "0",
        ];

        var options = ArgumentParser.Parse(arguments).Options!;

        Assert.Equal(["http://127.0.0.1:0"], options.Urls);
        Assert.Equal(("a=b", Path.GetFullPath("x.db"), "9.9"), (options.Name, options.DatabaseFile, options.EngineVersion));
        Assert.Equal((7, 3, 2), (options.Cores, options.MaxJobs, options.MaxSessions));
        Assert.Equal((60, 1.5, 0), (options.SessionIdle.TotalSeconds, options.StartupDelay.TotalSeconds, options.DrainTimeout.TotalSeconds));
    }

    [Fact]
    public void Parse_EveryFlagOfPostgres_IsApplied()
    {
        string[] arguments =
        [
            "--postgres-host=db", "--postgres-port", "5433", "--postgres-database", "shop", "--postgres-user", "app", "--postgres-reader", "read",
            "--postgres-connections", "4", "--schema-version", "2", "--migrate", "--migration-seconds", "1.5",
        ];

        var options = ArgumentParser.Parse(arguments).Options!;

        var expected = new PostgresOptions { Host = "db", Port = 5433, Database = "shop", User = "app", Reader = "read", Connections = 4 };
        Assert.Equal(expected, options.Postgres);
        Assert.Equal((2, true, 1.5), (options.SchemaVersion, options.Migrates, options.MigrationTime.TotalSeconds));
    }

    [Theory]
    [InlineData("--postgres-host=h --postgres-user=u", "--postgres-database is missing")]
    [InlineData("--postgres-host=h --postgres-database=d", "--postgres-user is missing")]
    [InlineData("--postgres-database=d --postgres-user=u", "--postgres-host is missing")]
    [InlineData("--postgres-host=h --postgres-database=d --postgres-user=u --database=x", "--database and --postgres-host exclude each other")]
    [InlineData("--postgres-host=h --postgres-database=d --postgres-user=u --migrate", "--migrate needs --schema-version")]
    [InlineData("--schema-version=1", "--schema-version needs --database or --postgres-host")]
    public void Parse_FlagsThatDoNotGoTogether_SaysWhich(string arguments, string error) =>
        Assert.Equal(error, ArgumentParser.Parse(arguments.Split(' ')).Error);

    [Fact]
    public void Parse_Urls_TakesSeveral()
    {
        var options = ArgumentParser.Parse(["--urls", "http://127.0.0.1:1; http://127.0.0.1:2"]).Options!;

        Assert.Equal(["http://127.0.0.1:1", "http://127.0.0.1:2"], options.Urls);
    }

    [Theory]
    [InlineData("--nope", "unknown option '--nope'")]
    [InlineData("9003", "unknown option '9003'")]
    [InlineData("--port", "--port needs a value")]
    [InlineData("--port=70000", "--port wants a number from 0 to 65535, not '70000'")]
    [InlineData("--port=-1", "--port wants")]
    [InlineData("--cores=0", "--cores wants")]
    [InlineData("--name=", "--name wants")]
    [InlineData("--urls=https://localhost:1", "--urls wants http addresses")]
    [InlineData("--urls=;", "--urls wants")]
    [InlineData("--startup-delay=soon", "--startup-delay wants seconds")]
    [InlineData("--drain-timeout=90000", "--drain-timeout wants")]
    [InlineData("--schema-version=3", "--schema-version wants a number from 1 to 2, not '3'")]
    [InlineData("--migrate=yes", "--migrate has no value")]
    [InlineData("--migrate", "--migrate needs --schema-version")]
    [InlineData("--postgres-host=", "--postgres-host wants")]
    [InlineData("--postgres-connections=0", "--postgres-connections wants")]
    public void Parse_BadArgument_SaysWhatIsWrongInOneLine(string argument, string error)
    {
        var parsed = ArgumentParser.Parse([argument]);

        Assert.Null(parsed.Options);
        Assert.StartsWith(error, parsed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', parsed.Error!);
    }

    [Fact]
    public void Help_ListsEveryFlag()
    {
        var help = ArgumentParser.Help;

        Assert.All(Flags.All, flag => Assert.Contains(flag.Name, help, StringComparison.Ordinal));
        Assert.True(ArgumentParser.Parse(["--port", "x", "--help"]).WantsHelp);
    }
}
