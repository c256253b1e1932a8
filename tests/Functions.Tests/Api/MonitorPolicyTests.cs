using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ControlPlane.Core.Storage;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Api;

/// <summary>A monitor's policy on its way through the API and the store.</summary>
public class MonitorPolicyTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly TestHost _host = shared.Host;

    [Fact]
    public async Task Create_WithAPolicy_ShowsItWholeWithEveryDefault()
    {
        var (name, row) = await CreateAsync("""{"signals":[{"name":"cpu","kind":"cpu","target":0.7}],"maxStepOut":2}""");

        var expected = """
            {"signals":[{"name":"cpu","kind":"Cpu","target":0.7,"staleAfterSeconds":60}],"schedules":[],"blockers":[],"alerts":[],
            "outCooldownSeconds":0,"inCooldownSeconds":0,"maxStepOut":2,"stabilisationWindowSeconds":0,"holdsBreakEven":false,"isDryRun":false}
            """;
        Assert.Equal(expected.ReplaceLineEndings(""), row.GetProperty("policy").GetRawText());
        Assert.Equal(row.GetRawText(), (await _host.GetJsonAsync($"/v1/monitors/{name}")).GetRawText());
    }

    [Fact]
    public async Task Put_AnotherPolicy_ReplacesTheWhole()
    {
        var (name, _) = await CreateAsync("""{"maxStepOut":2,"isDryRun":true}""");

        var changed = await PutAsync(name, """{"maxStepIn":1}""").JsonAsync();
        var without = await PutAsync(name, null).JsonAsync();

        var policy = changed.GetProperty("policy");
        Assert.Equal((1, false), (policy.GetProperty("maxStepIn").GetInt32(), policy.GetProperty("isDryRun").GetBoolean()));
        Assert.False(policy.TryGetProperty("maxStepOut", out _));
        Assert.False(without.TryGetProperty("policy", out _));
    }

    [Fact]
    public async Task Put_TheSamePolicy_ChangesNothing()
    {
        const string policy = """{"signals":[{"name":"cpu","kind":"Cpu","target":0.7}],"schedules":[{"name":"day","cron":"0 8 * * *","durationSeconds":60,"minInstances":1}]}""";
        var (name, row) = await CreateAsync(policy);

        var again = await PutAsync(name, policy).JsonAsync();

        Assert.Equal(row.GetProperty("etag").GetString(), again.GetProperty("etag").GetString());
    }

    [Theory]
    [InlineData("""{"signals":[{"name":"cpu","kind":"Cpu"}]}""", "policy.signals[0].target")]
    [InlineData("""{"signals":[{"name":"cpu","kind":"Cpu","target":"0.7"}]}""", "policy.signals[0].target")]
    [InlineData("""{"signals":[{"name":"cpu","kind":2,"target":0.7}]}""", "policy.signals[0].kind")]
    [InlineData("""{"signals":[{"name":"cpu","kind":"Cpu","target":0.7,"colour":"red"}]}""", "policy.signals[0].colour")]
    [InlineData("""{"signals":{}}""", "policy.signals")]
    [InlineData("""{"maxStepOut":1.5}""", "policy.maxStepOut")]
    [InlineData("""{"isDryRun":"yes"}""", "policy.isDryRun")]
    [InlineData("""{"pause":{"until":"2030-01-01T00:00:00Z","by":"me","reason":"none"}}""", "policy.pause")]
    [InlineData("""{"alerts":[{"name":"a","labels":{"a":1},"add":1}]}""", "policy.alerts[0].labels.a")]
    public async Task Change_BadPolicy_NamesTheMemberAndStoresNothing(string policy, string field)
    {
        var (name, row) = await CreateAsync(null);

        var created = await PostAsync(_host.NewName("m"), policy).ProblemAsync(400, "invalid_request");
        var put = await PutAsync(name, policy).ProblemAsync(400, "invalid_request");

        Assert.Equal([field], created.Fields.Keys);
        Assert.Equal([field], put.Fields.Keys);
        Assert.DoesNotContain("System.", put.Detail, StringComparison.Ordinal);
        Assert.Equal(row.GetRawText(), (await _host.GetJsonAsync($"/v1/monitors/{name}")).GetRawText());
    }

    [Fact]
    public async Task Add_ShortForm_MakesAPolicyOfItsPlainValues()
    {
        var name = _host.NewName("m");
        var policy = "sloSeconds=120&outCooldownSeconds=1&inCooldownSeconds=2&maxStepOut=3&maxStepIn=4&stabilisationWindowSeconds=5.5"
            + "&holdsBreakEven=true&sparesJobsOverSeconds=6&fallbackCount=7&pressureStaleAfterSeconds=8&isDryRun=True";

        await _host.PostAsync("/monitor/add", $"{Form(name)}&{policy}").TextAsync();

        var expected = """
            {"signals":[{"name":"wait","kind":"QueueWait","target":120,"staleAfterSeconds":60}],"schedules":[],"blockers":[],"alerts":[],
            "outCooldownSeconds":1,"inCooldownSeconds":2,"maxStepOut":3,"maxStepIn":4,"stabilisationWindowSeconds":5.5,"holdsBreakEven":true,
            "sparesJobsOverSeconds":6,"fallbackCount":7,"pressureStaleAfterSeconds":8,"isDryRun":true}
            """;
        Assert.Equal(expected.ReplaceLineEndings(""), (await _host.GetJsonAsync($"/v1/monitors/{name}")).GetProperty("policy").GetRawText());
        var listed = (await _host.GetJsonAsync("/monitor/list")).EnumerateArray().Single(row => row.GetProperty("name").GetString() == name);
        Assert.Equal(
            ["id", "name", "tag", "minInstances", "maxInstances", "allocateType", "allocateStrategy", "state"],
            listed.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public async Task Add_OnlyTheSeedsFields_HasNoPolicy()
    {
        var name = _host.NewName("m");

        await _host.PostAsync("/monitor/add", Form(name)).TextAsync();

        Assert.False((await _host.GetJsonAsync($"/v1/monitors/{name}")).TryGetProperty("policy", out _));
    }

    [Theory]
    [InlineData("sloSeconds=0", "sloSeconds")]
    [InlineData("sloSeconds=soon", "sloSeconds")]
    [InlineData("outCooldownSeconds=-1", "outCooldownSeconds")]
    [InlineData("maxStepOut=0", "maxStepOut")]
    [InlineData("maxStepIn=1.5", "maxStepIn")]
    [InlineData("isDryRun=perhaps", "isDryRun")]
    [InlineData("dryRun=true", "dryRun")]
    [InlineData("policy=x", "policy")]
    public async Task Add_BadShortForm_NamesTheFieldAsItWasWritten(string field, string name) =>
        Assert.Equal([name], (await _host.PostAsync("/monitor/add", $"{Form(_host.NewName("m"))}&{field}").ProblemAsync(400, "invalid_request")).Fields.Keys);

    /// <summary>Members that came to the product later are not in what it has stored before.</summary>
    [Fact]
    public async Task Read_StoredWithoutMembersThatCameLater_HasTheirDefaults()
    {
        var old = await StoreAsync("");
        var bare = await StoreAsync(",\"policy\":{}");
        var items = await StoreAsync("""
            ,"policy":{"signals":[{"name":"s","kind":"Cpu","target":0.7}],"blockers":[{"name":"b","query":"up"}],
            "schedules":[{"name":"d","begins":"0 8 * * *","length":"01:00:00"}],"alerts":[{"name":"a","labels":{"x":"y"}}]}
            """);

        var (without, empty, policy) = (await ReadAsync(old), (await ReadAsync(bare)).GetProperty("policy"), (await ReadAsync(items)).GetProperty("policy"));
        Assert.False(without.TryGetProperty("policy", out _) || without.TryGetProperty("pause", out _));
        Assert.Equal((5, 6), (without.GetProperty("periodSeconds").GetDouble(), without.GetProperty("samples").GetInt32()));
        Assert.All((string[])["signals", "schedules", "blockers", "alerts"], list => Assert.Equal(0, empty.GetProperty(list).GetArrayLength()));
        Assert.Equal(60, policy.GetProperty("signals")[0].GetProperty("staleAfterSeconds").GetDouble());
        Assert.Equal(60, policy.GetProperty("blockers")[0].GetProperty("staleAfterSeconds").GetDouble());
        Assert.Equal("UTC", policy.GetProperty("schedules")[0].GetProperty("timeZone").GetString());
        Assert.Equal(3600, policy.GetProperty("alerts")[0].GetProperty("longestHoldSeconds").GetDouble());
    }

    /// <summary>Puts a monitor into the store as an earlier version wrote it.</summary>
    private async Task<string> StoreAsync(string members)
    {
        var name = _host.NewName("m");
        var body = $$"""{"id":9000,"name":"{{name}}","tag":"{{name}}","min":0,"max":1,"provider":"local","strategy":"Threshold","profile":"{{TestProfiles.Startable}}"{{members}}}""";
        await _host.Get<IEntityStore>().CommitAsync(RegistryRows.Table, RegistryKinds.Monitors.Partition, [new EntityChange.Add(RegistryRows.Name(name), body)]);
        return name;
    }

    private Task<JsonElement> ReadAsync(string name) => _host.GetJsonAsync($"/v1/monitors/{name}");

    private async Task<(string Name, JsonElement Row)> CreateAsync(string? policy)
    {
        var name = _host.NewName("m");
        return (name, await PostAsync(name, policy).JsonAsync(HttpStatusCode.Created));
    }

    private Task<HttpResponseMessage> PostAsync(string name, string? policy) => _host.Client.PostAsync(new Uri("/v1/monitors", UriKind.Relative), Body(name, policy));

    private Task<HttpResponseMessage> PutAsync(string name, string? policy) => _host.Client.PutAsync(new Uri($"/v1/monitors/{name}", UriKind.Relative), Body(name, policy));

    private static JsonContent Body(string name, string? policy) => JsonContent.Create(new
    {
        name,
        tag = name,
        minInstances = 0,
        maxInstances = 3,
        allocateType = "local",
        allocateStrategy = "Threshold",
        profile = TestProfiles.Startable,
        periodSeconds = 3600,
        policy = policy is null ? (JsonElement?)null : JsonSerializer.Deserialize<JsonElement>(policy),
    });

    private static string Form(string name) =>
        $"name={name}&tag={name}&minInstances=0&maxInstances=3&allocateType=local&allocateStrategy=SloSlack&profile={TestProfiles.Startable}&periodSeconds=3600";
}
