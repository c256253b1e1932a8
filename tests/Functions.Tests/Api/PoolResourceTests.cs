using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ControlPlane.Core.Pools;
using ControlPlane.Functions.Pools;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Api;

public sealed class PoolResourceTests(SharedHost shared) : IClassFixture<SharedHost>
{
    private readonly TestHost _host = shared.Host;

    [Fact]
    public async Task List_NothingAdded_HasTheBuiltInOnes()
    {
        var pools = (await _host.GetJsonAsync("/v1/pools")).GetProperty("value").EnumerateArray().ToList();

        var local = Assert.Single(pools, pool => pool.GetProperty("name").GetString() == "local");
        Assert.True(local.GetProperty("isBuiltIn").GetBoolean());
        Assert.Equal("local-0001", local.GetProperty("slots")[0].GetProperty("name").GetString());
        Assert.Single(pools, pool => pool.GetProperty("name").GetString() == "ssh");
    }

    [Fact]
    public async Task Pool_MadeReadChangedAndRemoved_GoesByItsETag()
    {
        var (name, slot) = (_host.NewName("pool"), _host.NewName("slot"));
        using var made = await PostAsync("/v1/pools", new { name, provider = "local", slots = (object[])[new { name = slot, owner = "a", cores = 4 }] });
        Assert.Equal((HttpStatusCode.Created, $"/v1/pools/{name}"), (made.StatusCode, made.Headers.Location?.ToString()));
        using var read = await _host.Client.GetAsync(Path(name));
        Assert.Equal(made.Headers.ETag, read.Headers.ETag);
        var view = (await read.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("slots")[0];
        Assert.Equal((1, "free", "a", 4, 300), (view.GetProperty("id").GetInt32(), view.GetProperty("state").GetString(), view.GetProperty("owner").GetString(), view.GetProperty("cores").GetInt32(), view.GetProperty("recallDeadlineSeconds").GetInt32()));

        await PutAsync(name, new { provider = "local", slots = (object[])[new { name = slot, owner = "b" }] }, made.Headers.ETag!).TextAsync();

        await PutAsync(name, new { provider = "local" }, made.Headers.ETag!).ProblemAsync(412, "precondition_failed");
        Assert.Equal("b", (await _host.GetJsonAsync($"/v1/pools/{name}")).GetProperty("slots")[0].GetProperty("owner").GetString());
        using var gone = await _host.Client.DeleteAsync(Path(name));
        Assert.Equal(HttpStatusCode.NoContent, gone.StatusCode);
        await _host.Client.GetAsync(Path(name)).ProblemAsync(404, "pool_not_found");
    }

    [Fact]
    public async Task Slots_OfAllPools_HaveNamesOfTheirOwn()
    {
        var (one, two, slot) = (_host.NewName("pool"), _host.NewName("pool"), _host.NewName("slot"));
        await PostAsync("/v1/pools", new { name = one, provider = "local", slots = (object[])[new { name = slot }] }).TextAsync(HttpStatusCode.Created);

        var problem = await PostAsync("/v1/pools", new { name = two, provider = "local", slots = (object[])[new { name = slot }] }).ProblemAsync(409, "name_taken");

        Assert.Equal($"The pool \"{one}\" has a slot named \"{slot}\" already. Names of slots are unique among all pools.", problem.Detail);
        await _host.Client.DeleteAsync(Path(one)).TextAsync(HttpStatusCode.NoContent);
        await PostAsync("/v1/pools", new { name = two, provider = "local", slots = (object[])[new { name = slot }] }).TextAsync(HttpStatusCode.Created);
    }

    /// <summary>Every name that comes or goes is a row, and one transaction holds 100.</summary>
    [Fact]
    public async Task Put_MoreNamesThanOneChangeTakes_IsRefusedAndGoesInTwoSteps()
    {
        var (name, old, other) = (_host.NewName("pool"), Named(50), Named(50));
        await PutAsync(name, old).TextAsync(HttpStatusCode.Created);

        var problem = await PutAsync(name, other).ProblemAsync(400, "invalid_request");

        Assert.Contains("in two steps", problem.Fields["slots"], StringComparison.Ordinal);
        var slots = (await _host.GetJsonAsync($"/v1/pools/{name}")).GetProperty("slots").EnumerateArray().ToList();
        Assert.Equal((50, 50), (slots.Count, slots.Count(slot => slot.GetProperty("state").GetString() == "free")));
        await PutAsync(name, []).TextAsync();
        await PutAsync(name, other).TextAsync();
    }

    [Fact]
    public async Task Put_AsManyNamesAsOneChangeTakes_IsDone()
    {
        var name = _host.NewName("pool");
        await PutAsync(name, Named(49)).TextAsync(HttpStatusCode.Created);

        await PutAsync(name, Named(49)).TextAsync();

        await _host.Client.DeleteAsync(Path(name)).TextAsync(HttpStatusCode.NoContent);
    }

    /// <summary>What is forgotten with them is more than one transaction holds.</summary>
    [Fact]
    public async Task Delete_ManySlotsThatHaveFailed_ForgetsThemAll()
    {
        var (name, slots) = (_host.NewName("pool"), Named(Pool.MaxSlots));
        await PutAsync(name, slots).TextAsync(HttpStatusCode.Created);
        var leases = _host.Get<LeaseStore>();
        foreach (var some in slots.Chunk(50))
            await leases.ChangeAsync(before => Task.FromResult(before with { Health = before.Health.SetItems(some.Select(slot => KeyValuePair.Create(slot, Failed(name, slot)))) }), default);

        await _host.Client.DeleteAsync(Path(name)).TextAsync(HttpStatusCode.NoContent);

        var after = await leases.ReadAsync(default);
        Assert.DoesNotContain(slots, slot => after.Health.ContainsKey(slot) || after.Leases.ContainsKey(slot));
    }

    /// <summary>The seed's calls and monitors find machines by the pool's name.</summary>
    [Fact]
    public async Task Add_BuiltInNameOfAnotherProvider_IsRefused()
    {
        var problem = await PostAsync("/v1/pools", new { name = "ssh", provider = "local" }).ProblemAsync(400, "invalid_request");

        Assert.Equal(["provider"], problem.Fields.Keys);
        using var put = await _host.Client.PutAsJsonAsync(Path("ssh"), new { provider = "local" });
        Assert.Equal(HttpStatusCode.BadRequest, put.StatusCode);
    }

    [Fact]
    public async Task Add_ThatIsWrong_IsRefusedByField()
    {
        Assert.Equal(["name"], (await PostAsync("/v1/pools", new { name = "local", provider = "local" }).ProblemAsync(400, "invalid_request")).Fields.Keys);
        Assert.Equal(["name", "provider"], (await PostAsync("/v1/pools", new { }).ProblemAsync(400, "invalid_request")).Fields.Keys);
        Assert.Equal(["slots[0].name"], (await PostAsync("/v1/pools", new { name = "p", provider = "local", slots = (object[])[new { }] }).ProblemAsync(400, "invalid_request")).Fields.Keys);
        await PostAsync("/v1/pools/none/slots/x:release", new { }).ProblemAsync(404, "pool_not_found");
        await PostAsync("/v1/pools/local/slots/x:release", new { }).ProblemAsync(404, "pool_not_found");
        await _host.Client.DeleteAsync(Path("local")).ProblemAsync(400, "invalid_request");
    }

    [Fact]
    public async Task Budget_MadeReadChangedAndRemoved_GoesByItsETag()
    {
        var name = _host.NewName("budget");
        using var made = await PostAsync("/v1/budgets", new { name, tags = (string[])["a", "b"], maxCores = 12, maxCostPerHour = 4.5 });
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var view = await _host.GetJsonAsync($"/v1/budgets/{name}");
        Assert.Equal((12, 4.5, 0), (view.GetProperty("maxCores").GetInt32(), view.GetProperty("maxCostPerHour").GetDouble(), view.GetProperty("inUse").GetProperty("cores").GetInt32()));

        await _host.Client.PutAsJsonAsync($"/v1/budgets/{name}", new { tags = (string[])["a"], maxInstances = 1 }).TextAsync();

        Assert.Equal(1, (await _host.GetJsonAsync($"/v1/budgets/{name}")).GetProperty("maxInstances").GetInt32());
        await PostAsync("/v1/budgets", new { name, tags = (string[])["a"], maxInstances = 1 }).ProblemAsync(409, "name_taken");
        Assert.Equal(["name", "tags", "maxInstances"], (await PostAsync("/v1/budgets", new { }).ProblemAsync(400, "invalid_request")).Fields.Keys);
        await _host.Client.DeleteAsync(new Uri($"/v1/budgets/{name}", UriKind.Relative)).TextAsync(HttpStatusCode.NoContent);
        await _host.Client.GetAsync(new Uri($"/v1/budgets/{name}", UriKind.Relative)).ProblemAsync(404, "budget_not_found");
    }

    /// <summary>A monitor's allocateType names a pool; what is shown is what was given.</summary>
    [Fact]
    public async Task Monitor_NamesAPool_ShowsItsName()
    {
        var (pool, tag) = (_host.NewName("pool"), _host.NewName("tag"));
        await PostAsync("/v1/pools", new { name = pool, provider = "local" }).TextAsync(HttpStatusCode.Created);
        var form = $"name={tag}&tag={tag}&minInstances=0&maxInstances=1&allocateType={pool}&allocateStrategy=JobNumAwareAllocate&profile={TestProfiles.Startable}";

        await _host.PostAsync("/monitor/add", form).TextAsync();

        Assert.Equal(pool, (await _host.GetJsonAsync($"/v1/monitors/{tag}")).GetProperty("allocateType").GetString());
        var problem = await _host.PostAsync("/monitor/add", form.Replace($"allocateType={pool}", "allocateType=nowhere", StringComparison.Ordinal)).ProblemAsync(400, "invalid_request");
        Assert.Contains(pool, problem.Fields["allocateType"], StringComparison.Ordinal);
    }

    /// <summary>The seed calls machines <c>cluster</c>: that is the pool <c>ssh</c>, and what is wrong with it is the profile at the most.</summary>
    [Theory]
    [InlineData("ssh")]
    [InlineData("cluster")]
    public async Task Monitor_OfMachines_IsOneOfThePoolSsh(string allocateType)
    {
        var form = $"name=m&tag=m&minInstances=0&maxInstances=1&allocateType={allocateType}&allocateStrategy=JobNumAwareAllocate&profile={TestProfiles.Startable}";

        var problem = await _host.PostAsync("/monitor/add", form).ProblemAsync(400, "invalid_request");

        Assert.Equal(["profile"], problem.Fields.Keys);
    }

    private static Uri Path(string name) => new($"/v1/pools/{name}", UriKind.Relative);

    private string[] Named(int count) => [.. Enumerable.Range(0, count).Select(_ => _host.NewName("slot"))];

    private static SlotHealth Failed(string pool, string slot) => new() { Slot = slot, Pool = pool, Failures = 1, Reason = "it failed", FailedAt = default };

    private Task<HttpResponseMessage> PutAsync(string name, string[] slots) =>
        _host.Client.PutAsJsonAsync(Path(name), new { provider = "local", slots = slots.Select(slot => new { name = slot }) });

    private Task<HttpResponseMessage> PostAsync(string path, object body) => _host.Client.PostAsJsonAsync(path, body);

    private async Task<HttpResponseMessage> PutAsync(string name, object body, EntityTagHeaderValue etag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, Path(name)) { Content = JsonContent.Create(body) };
        request.Headers.IfMatch.Add(etag);
        return await _host.Client.SendAsync(request);
    }
}
