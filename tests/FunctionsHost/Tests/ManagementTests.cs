using System.Net;
using System.Text;
using ControlPlane.Durable.Protocol;
using ControlPlane.FunctionsHost.Durable;
using ControlPlane.FunctionsHost.Management;
using Newtonsoft.Json.Linq;
using static ControlPlane.FunctionsHost.Tests.Respond;

namespace ControlPlane.FunctionsHost.Tests;

/// <summary>The extension's HTTP management API.</summary>
public sealed class ManagementTests : DurableFixture
{
    private const string Code = "code=durable%2Fsystem%2Bkey%3D%3D";

    [Fact]
    public async Task Start_ThenRead_HasTheDocumentedShape()
    {
        using var client = await ServeAsync();

        using var started = await PostAsync(client, "orchestrators/Flow/one", "{\"a\":1}");
        using var again = await PostAsync(client, "orchestrators/Flow/one", "{}");
        await Host.ForAsync("one", OrchestrationStatus.Running);
        using var read = await client.GetAsync(Url("instances/one"));

        var links = JObject.Parse(await started.Content.ReadAsStringAsync());
        var status = JObject.Parse(await read.Content.ReadAsStringAsync());
        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.Conflict, HttpStatusCode.Accepted), (started.StatusCode, again.StatusCode, read.StatusCode));
        Assert.Equal("10", started.Headers.GetValues("Retry-After").Single());
        Assert.Equal((string?)links["statusQueryGetUri"], started.Headers.Location!.OriginalString);
        Assert.Contains("/raiseEvent/{eventName}?taskHub=TestHub&connection=Storage&code=", (string?)links["sendEventPostUri"], StringComparison.Ordinal);
        Assert.Equal(["name", "instanceId", "runtimeStatus", "input", "customStatus", "output", "createdTime", "lastUpdatedTime"], status.Properties().Select(member => member.Name));
        Assert.Equal(("Flow", "Running", 1), ((string?)status["name"], (string?)status["runtimeStatus"], (int)status["input"]!["a"]!));
    }

    [Fact]
    public async Task Start_WithTheOlderExtension_SaysSoInItsOwnWay()
    {
        using var client = await ServeAsync(ExtensionVersion.E24);
        using var started = await PostAsync(client, "orchestrators/Flow/one", "1");

        using var again = await PostAsync(client, "orchestrators/Flow/one", "1");
        using var unknown = await PostAsync(client, "orchestrators/Nobody/two", "1");

        Assert.Equal((HttpStatusCode.InternalServerError, HttpStatusCode.BadRequest), (again.StatusCode, unknown.StatusCode));
    }

    [Theory]
    [InlineData("POST", "orchestrators/Flow/@x", "{}", 400)]
    [InlineData("POST", "orchestrators/Flow/a%23b", "{}", 400)]
    [InlineData("POST", "orchestrators/Flow/x", "{", 400)]
    [InlineData("GET", "orchestrators/Flow", "", 404)]
    [InlineData("GET", "instances/none", "", 404)]
    [InlineData("POST", "instances/none/raiseEvent/go", "1", 404)]
    [InlineData("POST", "instances/none/terminate", "", 404)]
    [InlineData("POST", "instances/ended/raiseEvent/go", "1", 410)]
    [InlineData("POST", "instances/ended/suspend", "", 410)]
    [InlineData("POST", "instances/waits/raiseEvent/go", "{", 400)]
    [InlineData("POST", "instances/waits/raiseEvent/go", "1", 202)]
    [InlineData("POST", "instances/waits/suspend?reason=x", "", 202)]
    [InlineData("DELETE", "instances/waits", "", 412)]
    [InlineData("DELETE", "instances/ended", "", 200)]
    [InlineData("DELETE", "instances/none", "", 404)]
    [InlineData("DELETE", "instances", "", 400)]
    [InlineData("DELETE", "instances?createdTimeFrom=2000-01-01T00:00:00Z", "", 200)]
    [InlineData("GET", "instances/ended", "", 200)]
    [InlineData("PUT", "instances/ended", "", 404)]
    [InlineData("POST", "instances/none/restart", "", 400)]
    [InlineData("POST", "instances/ended/restart", "", 202)]
    public async Task Call_Gives(string method, string path, string body, int status)
    {
        using var client = await ServeAsync();
        Host.StartOrchestration("Flow", "waits");
        Host.StartOrchestration("Child", "ended");
        await Host.ForAsync("ended", OrchestrationStatus.Completed);
        using var request = new HttpRequestMessage(new HttpMethod(method), Url(path));
        if (body.Length > 0)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");

        using var answer = await client.SendAsync(request);

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task List_Pages_ByTopAndToken()
    {
        using var client = await ServeAsync();
        foreach (var id in (string[])["a1", "a2", "a3", "b1"])
            Host.StartOrchestration("Flow", id);

        using var first = await client.GetAsync(Url("instances?instanceIdPrefix=a&top=2"));
        using var next = new HttpRequestMessage(HttpMethod.Get, Url("instances?instanceIdPrefix=a&top=2&runtimeStatus=Running,Pending"));
        next.Headers.Add("x-ms-continuation-token", first.Headers.GetValues("x-ms-continuation-token"));
        using var second = await client.SendAsync(next);

        Assert.Equal(["a1", "a2"], await IdsAsync(first));
        Assert.Equal(["a3"], await IdsAsync(second));
        Assert.Equal("", second.Headers.GetValues("x-ms-continuation-token").Single());
    }

    [Fact]
    public async Task Call_WithoutTheSystemKey_Gives401()
    {
        using var client = await ServeAsync();

        using var none = await client.GetAsync(new Uri(Host.Address, "runtime/webhooks/durabletask/instances"));
        using var other = await client.GetAsync(new Uri(Host.Address, "runtime/webhooks/durabletask/instances?code=host-key"));

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (none.StatusCode, other.StatusCode));
    }

    [Theory]
    [InlineData(ManagementReach.Unauthorized, "401")]
    [InlineData(ManagementReach.Forbidden, "403")]
    [InlineData(ManagementReach.Hangs, "TaskCanceledException")]
    [InlineData(ManagementReach.Reset, "HttpRequestException")]
    [InlineData(ManagementReach.Refused, "HttpRequestException")]
    public async Task Reach_CutOff_FailsInItsWay(ManagementReach reach, string how)
    {
        using var client = await ServeAsync();
        client.Timeout = TimeSpan.FromSeconds(1);
        Host.Reach = reach;

        string answer;
        try
        {
            using var response = await client.GetAsync(Url("instances"));
            answer = $"{(int)response.StatusCode}";
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            answer = failure.GetType().Name;
        }

        Assert.Equal(how, answer);
    }

    private async Task<HttpClient> ServeAsync(ExtensionVersion version = ExtensionVersion.E319)
    {
        Handler.OnTurn("Flow", request => With(request));
        Handler.OnTurn("Child", request => With(request, Complete(0, "1")));
        await StartAsync(options => options with { Extension = version });
        return new HttpClient();
    }

    private Uri Url(string path) => new(Host.Address, $"runtime/webhooks/durabletask/{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Code}");

    private Task<HttpResponseMessage> PostAsync(HttpClient client, string path, string body) =>
        client.PostAsync(Url(path), new StringContent(body, Encoding.UTF8, "application/json"));

    private static async Task<IEnumerable<string>> IdsAsync(HttpResponseMessage answer) =>
        JArray.Parse(await answer.Content.ReadAsStringAsync()).Select(instance => (string)instance["instanceId"]!);
}
