using ControlPlane.Core.Databases;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Profiles;

namespace ControlPlane.Infra.Tests.LocalProcess;

/// <summary>What an instance on this machine is told of its version and database.</summary>
public sealed class OrderTests
{
    private const string Secret = "s3cret of the writer";

    private static readonly DatabaseLogin Login = new()
    {
        Address = new DatabaseAddress("postgres", "127.0.0.1", 5433),
        Name = "shop",
        Account = new DatabaseAccount("shop_app_3", Secret),
    };

    [Fact]
    public async Task Create_DatabaseAndVersion_ReachCommandAndEnvironment()
    {
        await using var engines = new Engines();
        var profile = Engines.Profile(
            "/bin/sh", "-c", $"echo up $1; exec sleep {Engines.Lifetime}", "engine", "${version}/${epoch}/${database.name}@${database.host}:${database.port}/${database.user}");
        var order = StartOrders.Of("demo-1", profile with { Local = profile.Local! with { Environment = Password } }) with { Version = "2", Epoch = 3, Database = Login };

        var handle = await engines.Provider.CreateAsync(order, default);
        await engines.WroteAsync("demo-1", "up 2/3/shop@127.0.0.1:5433/shop_app_3");

        Assert.Equal(Secret, RunningProcess.EnvironmentOf(RunningProcess.PidOf(handle))["ENGINE_PASSWORD"]);
    }

    [Fact]
    public async Task Create_Password_IsNeitherInTheCommandLineNorOnDisk()
    {
        await using var engines = new Engines();
        var profile = Engines.Script($"echo up; exec sleep {Engines.Lifetime}");
        var order = StartOrders.Of("demo-1", profile with { Local = profile.Local! with { Environment = Password } }) with { Database = Login };

        var handle = await engines.Provider.CreateAsync(order, default);
        await engines.WroteAsync("demo-1", "up");

        var files = Directory.GetFiles(engines.Options.DataFolder, "*", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.DoesNotContain(Secret, File.ReadAllText(file), StringComparison.Ordinal));
        Assert.DoesNotContain(RunningProcess.ArgumentsOf(RunningProcess.PidOf(handle)), argument => argument.Contains(Secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Create_DatabaseMissing_SaysSoAndStartsNothing()
    {
        await using var engines = new Engines();

        var failure = await Assert.ThrowsAsync<InstanceFailedException>(() => engines.StartAsync("demo-1", Engines.Profile("sleep", "${database.port}")));

        Assert.Equal("The profile test needs ${database.port} to start demo-1, and its monitor has no database.", failure.Message);
        Assert.Empty(await engines.ListAsync());
    }

    [Fact]
    public async Task Create_DatabaseThatNobodyAsksFor_DoesNotMatter()
    {
        await using var engines = new Engines();

        var handle = await engines.Provider.CreateAsync(StartOrders.Of("demo-1", Engines.Profile("sleep", Engines.Lifetime)) with { Database = Login }, default);

        Assert.True(await engines.IsAliveAsync(handle));
    }

    [Fact]
    public async Task Create_Migrator_RunsTheCommandOfTheMigration()
    {
        await using var engines = new Engines();
        var profile = Engines.Script($"echo serves; exec sleep {Engines.Lifetime}") with
        {
            Migration = new Migration { Command = ["/bin/sh", "-c", $"echo migrates $1; exec sleep {Engines.Lifetime}", "engine", "${name}"] },
        };

        await engines.Provider.CreateAsync(StartOrders.Of("demo-1", profile) with { IsMigrator = true }, default);
        await engines.StartAsync("demo-2", profile);

        await engines.WroteAsync("demo-1", "migrates demo-1");
        await engines.WroteAsync("demo-2", "serves");
    }

    private static Dictionary<string, string> Password => new() { ["ENGINE_PASSWORD"] = "${database.password}" };
}
