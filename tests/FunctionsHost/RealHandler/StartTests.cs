using System.Net;
using System.Text;

namespace ControlPlane.FunctionsHost.RealHandler;

/// <summary>How the executable begins and ends under a host.</summary>
public sealed class StartTests
{
    [Theory]
    [InlineData("FUNCTIONS_WORKER_RUNTIME", null, "FUNCTIONS_WORKER_RUNTIME is not set")]
    [InlineData("FUNCTIONS_WORKER_RUNTIME", "dotnet-isolated", "FUNCTIONS_WORKER_RUNTIME is \"dotnet-isolated\"")]
    [InlineData("FUNCTIONS_CUSTOMHANDLER_PORT", "99999", "FUNCTIONS_CUSTOMHANDLER_PORT is \"99999\"")]
    [InlineData("AzureWebJobsStorage", null, "There is no storage account")]
    [InlineData("AzureWebJobsStorage", "AccountKey=c2VjcmV0", "AzureWebJobsStorage")]
    [InlineData("CONTROLPLANE_QUEUE_LIMIT", "many", "--queue-limit")]
    [InlineData("CONTROLPLANE_SECRET_KEY", "c2VjcmV0", "CONTROLPLANE_SECRET_KEY: it must be 64 hexadecimal digits")]
    [InlineData("CONTROLPLANE_SIGNAL_TOKENS", "c2VjcmV0", "CONTROLPLANE_SIGNAL_TOKENS: line 1 must be")]
    [InlineData("CONTROLPLANE_DATABASES", "main: {kind: postgres, password: c2VjcmV0}", "CONTROLPLANE_DATABASES: main: host is missing")]
    [InlineData("CONTROLPLANE_DATABASES", "main: [c2VjcmV0", "CONTROLPLANE_DATABASES: line 1 is no YAML")]
    [InlineData("CONTROLPLANE_DATABASES", "main: {kind: postgres, host: db, user: u, password: c2VjcmV0}", "no CONTROLPLANE_SECRET_KEY")]
    public async Task Start_WithAFaultySetting_SaysWhichAndFails(string name, string? value, string expected)
    {
        using var handler = LoneHandler.Start((name, value));

        var (exitCode, errors) = await handler.EndsAsync();

        Assert.NotEqual(0, exitCode);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd().Split('\n'));
        Assert.DoesNotContain("c2VjcmV0", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithStorageThatDoesNotAnswer_AnswersThePingAtOnceAndSaysWhatIsWrong()
    {
        using var handler = LoneHandler.Start(("FUNCTIONS_WORKER_RUNTIME", "Custom"));

        await handler.ServesAsync();
        using var live = await handler.Client.GetAsync("healthz/live");
        using var ready = await handler.Client.GetAsync("healthz/ready");
        using var form = new FormUrlEncodedContent([new("sql", "select 1"), new("tags", "t")]);
        using var run = await handler.Client.PostAsync("run/script", form);

        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, run.StatusCode);
        Assert.Contains("not_ready", await run.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.NotNull(run.Headers.RetryAfter);
    }

    [Fact]
    public async Task Stop_ByASignal_EndsWithTheCodeThatAsksForARestart()
    {
        using var handler = LoneHandler.Start();
        await handler.ServesAsync();

        handler.Terminate();
        var (exitCode, _) = await handler.EndsAsync();

        Assert.Equal(200, exitCode);
    }

    [Fact]
    public async Task Bodies_AreUnboundedForTheHostOnly()
    {
        const int longerThanAnyLimit = 40_000_000;
        using var handler = LoneHandler.Start();
        await handler.ServesAsync();

        using var turn = await handler.Client.PostAsync("WatchGroup", Json(longerThanAnyLimit));
        using var request = new HttpRequestMessage(HttpMethod.Post, "v1/backends") { Content = Json(longerThanAnyLimit) };
        // Or the answer could be lost, since the connection is closed on what is still being sent.
        request.Headers.ExpectContinue = true;
        using var add = await handler.Client.SendAsync(request);

        // It was read to its end, and found to be no envelope.
        Assert.Equal(HttpStatusCode.BadRequest, turn.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, add.StatusCode);
    }

    private static StringContent Json(int length) => new($"{{\"a\":\"{new string('a', length)}\"}}", Encoding.UTF8, "application/json");
}
