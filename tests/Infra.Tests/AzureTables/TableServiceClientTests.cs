using System.Diagnostics.Tracing;
using System.Net;
using Azure;
using Azure.Core;
using Azure.Core.Diagnostics;
using ControlPlane.Infra.AzureTables.Client;
using ControlPlane.TestKit;

namespace ControlPlane.Infra.Tests.AzureTables;

public sealed class TableServiceClientTests
{
    private const string Signature = "sv=2019-02-02&sig=c2VjcmV0%2B";

    private readonly StubService _service = new();

    [Fact]
    public async Task GetEntity_SharedAccessSignature_StandsInTheAddressOnceAlsoAfterARetry()
    {
        _service.Fail(HttpStatusCode.ServiceUnavailable, "ServerBusy").Fail(HttpStatusCode.NotFound, "ResourceNotFound");

        await ReadAsync(new(Account.Endpoint, new AzureSasCredential("?" + Signature), Options()));

        Assert.All(_service.Requests, request => Assert.Equal("?" + Signature, request.Uri.Query));
        Assert.Equal(2, _service.Requests.Count);
    }

    [Fact]
    public async Task GetEntity_SignatureWithinTheAddress_IsSentAndNotShown()
    {
        _service.Fail(HttpStatusCode.NotFound, "ResourceNotFound");
        var client = new TableServiceClient(new Uri(Account.Endpoint, "?" + Signature), Options());

        await ReadAsync(client);

        Assert.Equal("?" + Signature, Assert.Single(_service.Requests).Uri.Query);
        Assert.Equal(Account.Endpoint, client.Uri);
    }

    [Fact]
    public async Task Query_SharedAccessSignature_StandsBesideTheOtherParameters()
    {
        _service.Answer(HttpStatusCode.OK, """{"value":[]}""");
        var client = new TableServiceClient(Account.Endpoint, new AzureSasCredential(Signature), Options());

        await client.GetTableClient("things").QueryAsync<TableEntity>("RowKey eq 'a'").AsPages().FirstAsync();

        Assert.EndsWith("&" + Signature, Assert.Single(_service.Requests).Uri.Query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetEntity_TokenCredential_AsksForStorageAndSendsTheToken()
    {
        _service.Fail(HttpStatusCode.NotFound, "ResourceNotFound");
        var credential = new StubCredential();

        await ReadAsync(new(Account.Endpoint, credential, Options()));

        Assert.Equal("Bearer the-token", Assert.Single(_service.Requests).Headers["Authorization"]);
        Assert.Equal(["https://storage.azure.com/.default"], credential.Scopes);
    }

    [Fact]
    public async Task GetEntity_TokenCredentialWithoutTls_SendsNothing()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => ReadAsync(new(new Uri("http://example.net"), new StubCredential(), Options())));

        Assert.Empty(_service.Requests);
    }

    [Fact]
    public async Task GetEntity_Retry_IsDatedAndSignedAnew()
    {
        _service.Fail(HttpStatusCode.ServiceUnavailable, "ServerBusy", headers: ("Retry-After", "60")).Fail(HttpStatusCode.NotFound, "ResourceNotFound");
        var time = new FakeTimeProvider();
        using var store = _service.Store(time);

        var reading = store.GetAsync("things", "p", "r");
        await Eventually.TrueAsync(() => time.ArmedTimers == 1, () => "the retry does not wait");
        time.Advance(TimeSpan.FromSeconds(60));
        await reading;

        Assert.Equal("Thu, 01 Jan 2026 00:00:00 GMT", _service.Requests[0].Headers["x-ms-date"]);
        Assert.Equal("Thu, 01 Jan 2026 00:01:00 GMT", _service.Requests[1].Headers["x-ms-date"]);
        Assert.NotEqual(_service.Requests[0].Headers["Authorization"], _service.Requests[1].Headers["Authorization"]);
    }

    [Fact]
    public async Task Failure_AnyCredential_AppearsNeitherInTheExceptionNorInTheLog()
    {
        List<string> log = [];
        using var listener = new AzureEventSourceListener((_, line) => { lock (log) log.Add(line); }, EventLevel.Verbose);
        TableServiceClient[] clients =
        [
            new(Account.Endpoint, Account.SharedKey, Options()),
            new(Account.Endpoint, new AzureSasCredential(Signature), Options()),
            new(Account.Endpoint, new StubCredential(), Options()),
        ];
        var told = "";

        foreach (var client in clients)
        {
            _service.Fail(HttpStatusCode.Forbidden, "AuthenticationFailed", "Server failed to authenticate the request.");
            told += await Assert.ThrowsAsync<RequestFailedException>(() => ReadAsync(client));
            _service.Break().Break().Break().Break();
            told += await Assert.ThrowsAnyAsync<Exception>(() => ReadAsync(client));
        }

        var written = told + string.Concat(log);
        Assert.Contains("AuthenticationFailed", written, StringComparison.Ordinal);
        string[] secrets = [Azurite.AccountKey, "c2VjcmV0", "the-token", .. _service.Requests.Select(request => request.Headers.GetValueOrDefault("Authorization", "none sent"))];
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, written, StringComparison.Ordinal));
    }

    private static Task<NullableResponse<TableEntity>> ReadAsync(TableServiceClient client) =>
        client.GetTableClient("things").GetEntityIfExistsAsync<TableEntity>("p", "r");

    private TableClientOptions Options() => new() { Transport = _service.Transport, Retry = { Delay = TimeSpan.Zero, MaxDelay = TimeSpan.Zero } };

    private sealed class StubCredential : TokenCredential
    {
        public string[] Scopes { get; private set; } = [];

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Scopes = requestContext.Scopes;
            return new("the-token", DateTimeOffset.MaxValue);
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }
}
