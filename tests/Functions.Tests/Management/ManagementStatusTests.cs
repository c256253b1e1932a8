namespace ControlPlane.Functions.Tests.Management;

/// <summary>The status codes of every call. Source: durable-protocol, section 9.1.</summary>
public sealed class ManagementStatusTests(ManagementSite site) : IClassFixture<ManagementSite>
{
    [Theory]
    [InlineData("GET", "instances", 200)]
    [InlineData("GET", "instances/none", 404)]
    [InlineData("GET", "instances/@none", 404)]
    [InlineData("GET", "instances/{running}", 202)]
    [InlineData("GET", "instances/{ended}", 200)]
    [InlineData("GET", "instances/{failed}", 200)]
    [InlineData("GET", "instances/{failed}?returnInternalServerErrorOnFailure=True", 500)]
    [InlineData("GET", "instances/{failed}?returnInternalServerErrorOnFailure=perhaps", 200)]
    [InlineData("GET", "instances/{ended}?returnInternalServerErrorOnFailure=true", 200)]
    [InlineData("DELETE", "instances/none", 404)]
    [InlineData("DELETE", "instances/{running}", 412)]
    [InlineData("DELETE", "instances/{ended}", 200)]
    [InlineData("DELETE", "instances", 400)]
    [InlineData("DELETE", "instances?createdTimeFrom=yesterday-or-so", 400)]
    [InlineData("DELETE", "instances?createdTimeFrom=2999-01-01T00:00:00Z", 404)]
    [InlineData("POST", "instances/none/terminate", 404)]
    [InlineData("POST", "instances/{running}/terminate?reason=x", 202)]
    [InlineData("POST", "instances/{ended}/terminate", 410)]
    [InlineData("POST", "instances/none/suspend", 404)]
    [InlineData("POST", "instances/{running}/suspend", 202)]
    [InlineData("POST", "instances/{failed}/suspend", 410)]
    [InlineData("POST", "instances/none/resume", 404)]
    [InlineData("POST", "instances/{running}/resume", 202)]
    [InlineData("POST", "instances/{ended}/resume", 410)]
    [InlineData("POST", "instances/none/rewind", 404)]
    [InlineData("POST", "instances/{running}/rewind", 412)]
    [InlineData("POST", "instances/{ended}/rewind", 412)]
    [InlineData("POST", "instances/{failed}/rewind", 501)]
    [InlineData("POST", "instances/none/restart", 400)]
    [InlineData("POST", "instances/{ended}/restart", 202)]
    [InlineData("POST", "instances/{running}/restart?restartWithNewInstanceId=False", 409)]
    [InlineData("POST", "makeprimary", 200)]
    public async Task Call_Gives(string method, string path, int status)
    {
        var asked = await FillAsync(path);

        using var answer = await site.SendAsync(method, asked);

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [InlineData("orchestrators/WatchGroup/@x", "{}", 400)]
    [InlineData("orchestrators/WatchGroup/a%23b", "{}", 400)]
    [InlineData("orchestrators/WatchGroup/a%3Fb", "{}", 400)]
    [InlineData("orchestrators/WatchGroup/a%5Cb", "{}", 400)]
    [InlineData("orchestrators/WatchGroup/a%0Ab", "{}", 400)]
    [InlineData("orchestrators/WatchGroup", "{", 400)]
    [InlineData("orchestrators/Nobody", "{}", 400)]
    [InlineData("orchestrators/watchgroup", "{}", 202)]
    [InlineData("orchestrators/WatchGroup/{running}", "{}", 409)]
    [InlineData("orchestrators/WatchGroup/{ended}", "{}", 202)]
    [InlineData("instances/none/raiseEvent/go", "{", 404)]
    [InlineData("instances/{ended}/raiseEvent/go", "{", 410)]
    [InlineData("instances/{running}/raiseEvent/go", "{", 400)]
    [InlineData("instances/{running}/raiseEvent/go", "", 400)]
    [InlineData("instances/{running}/raiseEvent/%20", "1", 400)]
    [InlineData("instances/{running}/raiseEvent/go", "null", 202)]
    [InlineData("instances/{running}/raiseEvent/go", "{\"a\":1}", 202)]
    public async Task Post_OfABody_Gives(string path, string body, int status)
    {
        var asked = await FillAsync(path);

        using var answer = await site.SendAsync("POST", asked, body);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(status is 400 or 409, (await answer.Content.ReadAsStringAsync()).StartsWith("{\"Message\":\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("application/json", 202)]
    [InlineData("Application/JSON; charset=utf-8", 202)]
    [InlineData("application/json-patch+json", 400)]
    [InlineData("text/plain", 400)]
    public async Task RaiseEvent_OfAContentType_Gives(string type, int status)
    {
        var id = await site.RunningAsync();

        using var answer = await site.SendAsync("POST", $"instances/{id}/raiseEvent/go", "1", type);

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Start_WithAnIdThatIsTooLong_Gives400()
    {
        using var fits = await site.SendAsync("POST", $"orchestrators/WatchGroup/{new string('a', 256)}", "{}");
        using var isLonger = await site.SendAsync("POST", $"orchestrators/WatchGroup/{new string('b', 257)}", "{}");

        Assert.Equal((202, 400), ((int)fits.StatusCode, (int)isLonger.StatusCode));
    }

    [Fact]
    public async Task Start_WithABodyOverTheLimit_Gives413()
    {
        using var answer = await site.SendAsync("POST", "orchestrators/WatchGroup", $"\"{new string('a', 1024 * 1024)}\"");

        Assert.Equal(413, (int)answer.StatusCode);
        Assert.StartsWith("{\"Message\":\"The body is longer", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "orchestrators/WatchGroup")]
    [InlineData("PUT", "orchestrators/WatchGroup/x")]
    [InlineData("POST", "instances")]
    [InlineData("PUT", "instances/none")]
    [InlineData("POST", "instances/none")]
    [InlineData("OPTIONS", "instances/none")]
    [InlineData("GET", "instances/none/raiseEvent/go")]
    [InlineData("GET", "instances/none/terminate")]
    [InlineData("DELETE", "instances/none/suspend")]
    [InlineData("GET", "instances/none/restart")]
    [InlineData("POST", "instances/none/forget")]
    [InlineData("GET", "entities")]
    [InlineData("GET", "")]
    public async Task WrongVerbOrPath_Gives404WithoutABody(string method, string path)
    {
        using var answer = await site.SendAsync(method, path);

        Assert.Equal(404, (int)answer.StatusCode);
        Assert.Empty(answer.Content.Headers.Allow);
        Assert.Equal("", await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Puts an instance of the test's own in its place.</summary>
    private async Task<string> FillAsync(string path)
    {
        if (path.Contains("{running}", StringComparison.Ordinal))
            return path.Replace("{running}", await site.RunningAsync(), StringComparison.Ordinal);
        if (path.Contains("{ended}", StringComparison.Ordinal))
            return path.Replace("{ended}", await site.EndedAsync(), StringComparison.Ordinal);
        return path.Contains("{failed}", StringComparison.Ordinal) ? path.Replace("{failed}", await site.FailedAsync(), StringComparison.Ordinal) : path;
    }
}
