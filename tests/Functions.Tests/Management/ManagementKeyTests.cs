using System.Net;
using ControlPlane.Functions.Tests.Security;
using ControlPlane.Functions.Tests.Site;

namespace ControlPlane.Functions.Tests.Management;

/// <summary>Who may call the management API: readers read, admins change.</summary>
public sealed class ManagementKeyTests : IAsyncLifetime
{
    private const string Root = "/runtime/webhooks/durabletask/";

    private TestHost? _host;

    public async Task InitializeAsync() => _host = await TestHost.StartAsync(options => options with { Keys = Keys.Ring });

    public async Task DisposeAsync() => await _host!.DisposeAsync();

    [Theory]
    [InlineData("GET", "instances", Keys.Reader, 200)]
    [InlineData("GET", "instances/none", Keys.Reader, 404)]
    [InlineData("PUT", "instances/none", Keys.Reader, 404)]
    [InlineData("POST", "orchestrators/WatchGroup", Keys.Operator, 403)]
    [InlineData("POST", "orchestrators/WatchGroup", Keys.Admin, 202)]
    [InlineData("POST", "instances/none/raiseEvent/go", Keys.Operator, 403)]
    [InlineData("POST", "instances/none/raiseEvent/go", Keys.Admin, 404)]
    [InlineData("POST", "instances/none/terminate", Keys.Operator, 403)]
    [InlineData("POST", "instances/none/suspend", Keys.Reader, 403)]
    [InlineData("POST", "instances/none/resume", Keys.Reader, 403)]
    [InlineData("POST", "instances/none/restart", Keys.Reader, 403)]
    [InlineData("POST", "instances/none/rewind", Keys.Reader, 403)]
    [InlineData("POST", "makeprimary", Keys.Reader, 403)]
    [InlineData("DELETE", "instances/none", Keys.Operator, 403)]
    [InlineData("DELETE", "instances/none", Keys.Admin, 404)]
    [InlineData("DELETE", "instances", Keys.Operator, 403)]
    [InlineData("GET", "instances", null, 401)]
    [InlineData("PUT", "instances", null, 401)]
    [InlineData("GET", "nothing/here", null, 401)]
    public async Task Call_WithAKey_Gives(string method, string path, string? key, int status)
    {
        using var answer = await SendAsync(method, path, key);

        Assert.Equal(status, (int)answer.StatusCode);
    }

    /// <summary>
    /// Tools made for Durable Functions send the system key in the query. Addresses end up in logs and histories, so it
    /// does not count here, nor is it in the addresses that are given out: such a tool sends the header besides.
    /// </summary>
    [Fact]
    public async Task Key_InTheQuery_DoesNotCountAndIsNotGivenOut()
    {
        using var inQuery = await SendAsync("GET", $"instances?code={Keys.Admin}", null);
        using var inHeader = await SendAsync("POST", "orchestrators/WatchGroup?code=of-a-tool", Keys.Admin);

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Accepted), (inQuery.StatusCode, inHeader.StatusCode));
        Assert.DoesNotContain("code=", await inHeader.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string path, string? key)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), Root + path);
        if (key is not null)
            request.Headers.Add("x-functions-key", key);
        return await _host!.Client.SendAsync(request);
    }
}
