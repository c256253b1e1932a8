using System.Net;
using System.Text.Json;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Pools;
using ControlPlane.Functions.Pools;
using ControlPlane.Functions.Tests.Site;
using ControlPlane.Infra.Ssh;

namespace ControlPlane.Functions.Tests.Api;

/// <summary>Machines as the seed's users add them. The defects are those of the peer's.</summary>
public sealed class EcsTests(SharedHost shared) : IClassFixture<SharedHost>
{
    /// <summary>The example of the seed's article.</summary>
    private static readonly Dictionary<string, string> Article = new()
    {
        ["ip"] = "127.0.0.1",
        ["keyPath"] = "./ssh/private-key",
        ["loginUser"] = "root",
        ["name"] = "backend2",
        ["sparkHome"] = "/home/spark",
        ["mlsqlHome"] = "/home/mlsql",
        ["mlsqlConfig"] = """
            {"master":"local",
            "name":"mlsql",
            "conf":"spark.serializer=org.apache.spark.serializer.KryoSerializer",
            "streaming.name":"mlsql",
            "streaming.driver.port":"9003",
            "streaming.spark.service":"true",
            "streaming.platform":"spark"
            }
            """,
        ["executeUser"] = "webuser",
        ["tag"] = "jack",
    };

    private readonly TestHost _host = shared.Host;

    [Fact]
    public async Task Add_AsInTheArticle_IsListedInThePeersShapeWithoutTheKeyPath()
    {
        var name = _host.NewName("article");

        Assert.Equal("{\"msg\":\"success\"}", await AddAsync(("name", name), ("host", "rack 7")).TextAsync());

        var machine = await FindAsync(name);
        Assert.Equal(
            ["id", "name", "loginUser", "executeUser", "ip", "host", "sparkHome", "mlsqlHome", "mlsqlConfig", "inUse", "tag"],
            machine.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("root", "webuser", "127.0.0.1", "rack 7"), (Text(machine, "loginUser"), Text(machine, "executeUser"), Text(machine, "ip"), Text(machine, "host")));
        Assert.Equal(("/home/spark", "/home/mlsql", "not_in_use", "jack"), (Text(machine, "sparkHome"), Text(machine, "mlsqlHome"), Text(machine, "inUse"), Text(machine, "tag")));
        Assert.Equal("9003", JsonSerializer.Deserialize<Dictionary<string, string>>(Text(machine, "mlsqlConfig")!)!["streaming.driver.port"]);
        Assert.DoesNotContain("private-key", await _host.Client.GetStringAsync(new Uri("/v1/pools/ssh", UriKind.Relative)), StringComparison.Ordinal);
        Assert.Equal("./ssh/private-key", (await _host.Get<ISshHosts>().FindAsync(name, default))!.KeyPath);
    }

    [Theory]
    [InlineData("ip", "-oProxyCommand=reboot")]
    [InlineData("ip", "10.0.0.1; reboot")]
    [InlineData("ip", "")]
    [InlineData("keyPath", "")]
    [InlineData("keyPath", "a\nb")]
    [InlineData("keyPath", "/keys/%h")]
    [InlineData("loginUser", "")]
    [InlineData("loginUser", "root -o x")]
    [InlineData("executeUser", "$(id)")]
    [InlineData("sparkHome", "spark")]
    [InlineData("mlsqlHome", "/home/\u0001")]
    [InlineData("mlsqlConfig", "")]
    [InlineData("mlsqlConfig", "{")]
    [InlineData("mlsqlConfig", "[]")]
    [InlineData("mlsqlConfig", """{"streaming.driver.port":9003}""")]
    [InlineData("mlsqlConfig", """{"streaming.driver.port":"none"}""")]
    [InlineData("mlsqlConfig", """{"master":"local"}""")]
    [InlineData("mlsqlConfig", """{"streaming.driver.port":"9003","a":"b\nc"}""")]
    [InlineData("name", "../etc")]
    [InlineData("name", "")]
    [InlineData("tag", "a,b")]
    [InlineData("port", "ssh")]
    [InlineData("port", "65536")]
    [InlineData("hostKey", "none")]
    [InlineData("inUse", "in_use")]
    public async Task PeerDefect28_FieldThatCouldDoHarm_IsRefusedByName(string field, string value)
    {
        var problem = await AddAsync(("name", _host.NewName("bad")), (field, value)).ProblemAsync(400, "invalid_request");

        Assert.Equal([field], problem.Fields.Keys);
    }

    [Fact]
    public async Task Add_SameNameManyTimesAtOnce_ExactlyOneWins()
    {
        var name = _host.NewName("same");

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => AddAsync(("name", name))));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        foreach (var loser in answers.Where(answer => answer.StatusCode != HttpStatusCode.OK))
            Assert.Equal(["name"], (await Task.FromResult(loser).ProblemAsync(409, "name_taken")).Fields.Keys);
        Assert.Single(await ListAsync(), machine => Text(machine, "name") == name);
    }

    [Fact]
    public async Task Remove_ByNameOrId_RemovesThatOne()
    {
        var (one, two) = (_host.NewName("gone"), _host.NewName("gone"));
        await AddAsync(("name", one)).TextAsync();
        await AddAsync(("name", two)).TextAsync();
        var id = (await FindAsync(two)).GetProperty("id").GetInt32();

        await _host.PostAsync("/ecs/remove", $"name={one}").TextAsync();
        await _host.PostAsync("/ecs/remove", $"id={id}").TextAsync();

        Assert.DoesNotContain(await ListAsync(), machine => Text(machine, "name") == one || Text(machine, "name") == two);
        await _host.PostAsync("/ecs/remove", $"name={one}").ProblemAsync(404, "pool_not_found");
        await _host.PostAsync("/ecs/remove", "").ProblemAsync(400, "invalid_request");
    }

    /// <summary>The peer deleted the row on deployment, and then could not find the machine to stop the instance on.</summary>
    [Fact]
    public async Task PeerDefect23_MachineInUse_StaysUntilItsInstanceHasLeft()
    {
        var (name, tag) = (_host.NewName("used"), _host.NewName("tag"));
        await AddAsync(("name", name), ("tag", tag)).TextAsync();
        var instance = new Instance { Name = $"{tag}-1", Monitor = tag, Tag = tag, Provider = Pool.Ssh, Profile = "generic", OrderedAt = default };
        var lease = await _host.Get<Lending>().LeaseAsync(instance, default);

        var problem = await _host.PostAsync("/ecs/remove", $"name={name}").ProblemAsync(409, "slot_leased");

        Assert.Equal(name, lease.Slot);
        Assert.Contains($"\"{tag}-1\"", problem.Detail, StringComparison.Ordinal);
        Assert.Equal("in_use", Text(await FindAsync(name), "inUse"));
        await _host.Client.DeleteAsync(new Uri("/v1/pools/ssh", UriKind.Relative)).ProblemAsync(409, "slot_leased");
        await _host.Get<Lending>().ReleaseAsync(instance, null, default);
        await _host.PostAsync("/ecs/remove", $"name={name}").TextAsync();
    }

    [Theory]
    [InlineData("/ecs/add")]
    [InlineData("/ecs/remove")]
    public async Task PeerDefect19_ChangeByGet_IsRefused(string path) =>
        await _host.Client.GetAsync(new Uri(path, UriKind.Relative)).ProblemAsync(405, "method_not_allowed");

    private Task<HttpResponseMessage> AddAsync(params (string Name, string Value)[] changes)
    {
        var fields = new Dictionary<string, string>(Article);
        foreach (var (name, value) in changes)
            fields[name] = value;
        return _host.Client.PostAsync(new Uri("/ecs/add", UriKind.Relative), new FormUrlEncodedContent(fields));
    }

    private async Task<IReadOnlyList<JsonElement>> ListAsync() => [.. (await _host.GetJsonAsync("/ecs/list")).EnumerateArray()];

    private async Task<JsonElement> FindAsync(string name) => Assert.Single(await ListAsync(), machine => Text(machine, "name") == name);

    private static string? Text(JsonElement machine, string member) => machine.GetProperty(member).GetString();
}
