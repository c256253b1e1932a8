using System.Globalization;
using System.Net;
using Azure;
using ControlPlane.Infra.AzureTables;
using ControlPlane.TestKit;

namespace ControlPlane.Infra.Tests.AzureTables;

public sealed class StorageRetryPolicyTests
{
    private static readonly AzureTableStoreOptions Steady = new() { NextJitter = () => 0.5 };

    private readonly StubService _service = new();
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(HttpStatusCode.RequestTimeout)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.BadGateway)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.GatewayTimeout)]
    public async Task Process_PassingFailure_IsRepeatedWithDoublingWaits(HttpStatusCode status)
    {
        _service.Fail(status, "Busy").Fail(status, "Busy").Break().Fail(HttpStatusCode.NotFound, "ResourceNotFound");
        using var store = _service.Store(_time, Steady);

        var reading = store.GetAsync("things", "p", "r");

        Assert.Equal([0.5, 1, 2], await WaitsAsync(3));
        Assert.Null(await reading);
    }

    [Fact]
    public async Task Process_NeverBetter_GivesUpAfterTheRetriesWithTheLastFailure()
    {
        using var store = _service.Store(_time, Steady with { MaxRetries = 2 });
        _service.Fail(HttpStatusCode.ServiceUnavailable, "First").Fail(HttpStatusCode.ServiceUnavailable, "Second").Fail(HttpStatusCode.ServiceUnavailable, "Last");

        var reading = store.GetAsync("things", "p", "r");
        await WaitsAsync(2);

        Assert.Equal("Last", (await Assert.ThrowsAsync<RequestFailedException>(() => reading)).ErrorCode);
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest)]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.NotImplemented)]
    public async Task Process_LastingFailure_IsNotRepeated(HttpStatusCode status)
    {
        _service.Fail(status, "Lasting");
        using var store = _service.Store(_time, Steady);

        await Assert.ThrowsAsync<RequestFailedException>(() => store.GetAsync("things", "p", "r"));

        Assert.Single(_service.Requests);
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    public async Task Process_RetryAfter_IsWaitedForInFull(HttpStatusCode status)
    {
        var date = _time.GetUtcNow().AddSeconds(67).ToString("R", CultureInfo.InvariantCulture);
        _service.Fail(status, "Busy", headers: ("Retry-After", "37")).Fail(status, "Busy", headers: ("Retry-After", date))
            .Fail(HttpStatusCode.NotFound, "ResourceNotFound");
        using var store = _service.Store(_time, Steady);

        var reading = store.GetAsync("things", "p", "r");

        Assert.Equal([37, 30], await WaitsAsync(2));
        Assert.Null(await reading);
    }

    [Fact]
    public async Task Process_RetryAfterShorterThanTheChosenWait_DoesNotShortenIt()
    {
        _service.Fail(HttpStatusCode.ServiceUnavailable, "Busy", headers: ("Retry-After", "0")).Fail(HttpStatusCode.NotFound, "ResourceNotFound");
        using var store = _service.Store(_time, Steady);

        var reading = store.GetAsync("things", "p", "r");

        Assert.Equal([0.5], await WaitsAsync(1));
        Assert.Null(await reading);
    }

    [Fact]
    public async Task Process_ManyRetries_WaitNoLongerThanTheLongest()
    {
        using var store = _service.Store(_time, Steady with { MaxDelay = TimeSpan.FromSeconds(0.75) });
        _service.Break().Break().Fail(HttpStatusCode.NotFound, "ResourceNotFound");

        var reading = store.GetAsync("things", "p", "r");

        Assert.Equal([0.5, 0.75], await WaitsAsync(2));
        Assert.Null(await reading);
    }

    [Fact]
    public async Task Process_CanceledWhileWaiting_Ends()
    {
        _service.Fail(HttpStatusCode.ServiceUnavailable, "Busy");
        using var store = _service.Store(_time, Steady);
        using var cancellation = new CancellationTokenSource();

        var reading = store.GetAsync("things", "p", "r", cancellation.Token);
        await Eventually.TrueAsync(() => _time.ArmedTimers == 1, () => "no retry waits");
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.Single(_service.Requests);
    }

    // The deadline of a try is the pipeline's, which runs on the system's clock.
    [Fact]
    public async Task Process_NoAnswer_IsGivenUpAfterTheTryTimeoutAndRepeated()
    {
        _service.Hang().Fail(HttpStatusCode.NotFound, "ResourceNotFound");
        using var store = _service.Store(options: new() { TryTimeout = TimeSpan.FromSeconds(2), FirstDelay = TimeSpan.Zero });

        Assert.Null(await store.GetAsync("things", "p", "r"));

        Assert.Equal(2, _service.Requests.Count);
    }

    /// <summary>Lets retries that wait go on, and says for how many seconds each waited.</summary>
    private async Task<List<double>> WaitsAsync(int count)
    {
        List<double> waits = [];
        while (waits.Count < count)
        {
            await Eventually.TrueAsync(() => _time.ArmedTimers == 1, () => $"only {waits.Count} retries have waited, not {count}");
            var (started, requests) = (_time.GetUtcNow(), _service.Requests.Count);
            while (_time.ArmedTimers == 1 && _service.Requests.Count == requests)
                _time.Advance(TimeSpan.FromMilliseconds(250));
            waits.Add((_time.GetUtcNow() - started).TotalSeconds);
        }

        return waits;
    }
}
