using System.Text;
using System.Text.RegularExpressions;
using ControlPlane.Core.Databases;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Profiles;
using ControlPlane.Infra.ProfileFiles;
using ControlPlane.Infra.Ssh;

namespace ControlPlane.Infra.Tests.Ssh;

public sealed class SshLaunchTests
{
    private static readonly SshHost Host = SshLab.Host("machine-1", "10.0.0.7") with { SparkHome = "/opt/spark", MlsqlHome = "/opt/byzer" };

    /// <summary>The seed's way: spark-submit, its options, the main jar, the engine's arguments. Each its own argument, and more than one --conf, its defect 35.</summary>
    [Fact]
    public void Of_MlsqlProfile_IsTheSeedsCommandLine()
    {
        var host = Host with
        {
            MlsqlConfig = new Dictionary<string, string>
            {
                ["streaming.driver.port"] = "9010",
                ["master"] = "yarn",
                ["driver-memory"] = "2g",
                ["spark.a"] = "1",
                ["spark.b"] = "${name} $(x)",
                ["streaming.rest"] = "false",
            },
        };

        var launch = SshLaunch.Of(StartOrders.Of("demo-1", Shipped("mlsql")), host);

        Assert.Equal("http://10.0.0.7:9010", launch.Url);
        Assert.Equal(
            [
                "http://10.0.0.7:9010", "30", "/opt/byzer/main", "*byzer-lang*.jar", "2", "SPARK_HOME=/opt/spark", "MLSQL_HOME=/opt/byzer",
                "/opt/spark/bin/spark-submit", "--class", "streaming.core.StreamingApp",
                "--driver-memory", "2g", "--master", "yarn", "--name", "demo-1", "--conf", "spark.a=1", "--conf", "spark.b=${name} $(x)",
                "<J>",
                "-streaming.driver.port", "9010", "-streaming.name", "demo-1", "-streaming.platform", "spark", "-streaming.rest", "false", "-streaming.spark.service", "true",
            ],
            launch.Words.Select(Decode));
    }

    [Fact]
    public void Of_MachineWithoutAPort_TakesTheProfilesAndSaysItToTheEngine()
    {
        var launch = SshLaunch.Of(StartOrders.Of("demo-1", Shipped("mlsql")), Host with { MlsqlConfig = new Dictionary<string, string>() });

        Assert.Equal("http://10.0.0.7:9003", launch.Url);
        Assert.Contains("-streaming.driver.port", launch.Words.Select(Decode));
    }

    [Fact]
    public void Of_Ipv6_StandsInBrackets() => Assert.Equal("http://[2001:db8::7]:9003", SshLaunch.Of(StartOrders.Of("demo-1", Shipped("sql-engine")), Host with { Ip = "2001:db8::7" }).Url);

    [Fact]
    public void Of_NoPortAnywhere_SaysSo()
    {
        var failure = Assert.Throws<InstanceFailedException>(() => SshLaunch.Of(StartOrders.Of("demo-1", SshLab.Sleeper), Host with { MlsqlConfig = new Dictionary<string, string>() }));

        Assert.Equal("Neither the machine machine-1 nor the profile test says at which port to serve: set streaming.driver.port in its mlsqlConfig.", failure.Message);
    }

    [Fact]
    public void Of_MachineWithoutWhatTheProfileNeeds_SaysWhat()
    {
        var failure = Assert.Throws<InstanceFailedException>(() => SshLaunch.Of(StartOrders.Of("demo-1", Shipped("mlsql")), Host with { SparkHome = null }));

        Assert.Equal("The machine machine-1 has no sparkHome, which the profile mlsql needs.", failure.Message);
    }

    [Fact]
    public void Of_TextThatNoProcessCanGet_SaysSo()
    {
        var failure = Assert.Throws<InstanceFailedException>(() => SshLaunch.Of(StartOrders.Of("demo-1", SshLab.Profile("engine", "a\0b")), Host));

        Assert.StartsWith("The profile test cannot be started on the machine machine-1: A NUL character", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_Placeholders_AreFilledOnceAndUnknownOnesStay()
    {
        var profile = SshLab.Profile("engine", "${name}:${host}:${port}:${dataDir}:${other}:${mainJar}", "x${mlsqlConfig.options}");

        var words = SshLaunch.Of(StartOrders.Of("${port}", profile), Host).Words.Select(Decode);

        Assert.Equal(["${port}:10.0.0.7:9003:<D>:${other}:${mainJar}", "x${mlsqlConfig.options}"], words.TakeLast(2));
    }

    [Fact]
    public void Of_DatabaseAndMigration_AreFilled()
    {
        var profile = SshLab.Profile("engine");
        profile = profile with
        {
            Ssh = profile.Ssh! with { Environment = new Dictionary<string, string> { ["PASSWORD"] = "${database.password}" } },
            Migration = new Migration { Command = ["migrate", "${version}", "${database.name}"] },
        };
        var login = new DatabaseLogin { Address = new DatabaseAddress("postgres", "db", 5432), Name = "shop", Account = new DatabaseAccount("app", "s3cret") };
        var order = StartOrders.Of("demo-1", profile) with { Version = "2", Database = login, IsMigrator = true };

        var words = SshLaunch.Of(order, Host).Words.Select(Decode);

        Assert.Equal(["PASSWORD=s3cret", "migrate", "2", "shop"], words.TakeLast(4));
        Assert.Throws<InstanceFailedException>(() => SshLaunch.Of(order with { Database = null }, Host));
    }

    [Fact]
    public void FolderName_Names_StayApartAndTame()
    {
        string[] names = ["a", "A", "a_b", "a b", "a.b", "é", "e\u0301", new string('x', 100), new string('x', 101), new string('x', 102), "$(x)", "中"];

        var folders = names.Select(FolderName.Of).ToList();

        Assert.Equal(names.Length, folders.Distinct().Count());
        Assert.All(folders, folder => Assert.Matches("^[A-Za-z0-9._-]{1,100}$", folder));
    }

    private static EngineProfile Shipped(string name)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ControlPlane.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("No folder above this assembly holds ControlPlane.sln.");
        return ProfileFolder.Read([Path.Combine(folder, "profiles")]).Single(profile => profile.Name == name);
    }

    private static string Decode(string word)
    {
        Assert.StartsWith("=", word, StringComparison.Ordinal);
        var text = Regex.Replace(word[1..], "[DJ]", letter => string.Concat($"<{letter.Value}>".Select(c => $"\\0{Convert.ToString(c, 8).PadLeft(3, '0')}")));
        return Encoding.UTF8.GetString([.. text.Split("\\0", StringSplitOptions.RemoveEmptyEntries).Select(octal => Convert.ToByte(octal, 8))]);
    }
}
