using System.Net;
using Azure.Core.Pipeline;
using ControlPlane.Infra.AzureTables;
using ControlPlane.Infra.AzureTables.Client;

namespace ControlPlane.Infra.Tests.AzureTables;

/// <summary>A table service that gives prepared answers and remembers what it was asked.</summary>
internal sealed class StubService
{
    public const string ETag = "W/\"datetime'2026-01-01T00%3A00%3A00.1234567Z'\"";

    private readonly Queue<Func<CancellationToken, Task<HttpResponseMessage>>> _answers = [];

    public List<Asked> Requests { get; } = [];

    public HttpPipelineTransport Transport => TransportOver(new Handler(this));

    public static HttpPipelineTransport TransportOver(HttpMessageHandler handler) =>
        new HttpClientTransport(new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan });

    public AzureTableEntityStore Store(TimeProvider? time = null, AzureTableStoreOptions? options = null) => new(
        client =>
        {
            client.Transport = Transport;
            return new TableServiceClient(Account.Endpoint, Account.SharedKey, client);
        },
        options ?? new() { FirstDelay = TimeSpan.Zero, NewTransactionId = () => "ours" },
        time ?? TimeProvider.System);

    public TableClient Table(TableClientOptions? options = null)
    {
        options ??= new();
        options.Transport = Transport;
        return new TableServiceClient(Account.Endpoint, Account.SharedKey, options).GetTableClient("things");
    }

    public StubService Answer(HttpStatusCode status, string content = "", params (string Name, string Value)[] headers)
    {
        _answers.Enqueue(_ => Task.FromResult(Response(status, content, headers)));
        return this;
    }

    public StubService Fail(HttpStatusCode status, string code, string message = "It failed.", params (string Name, string Value)[] headers) => Answer(
        status,
        $$$$"""{"odata.error":{"code":"{{{{code}}}}","message":{"lang":"en-US","value":"{{{{message}}}}"}}}""",
        headers);

    /// <summary>Gives no answer at all: the connection breaks.</summary>
    public StubService Break()
    {
        _answers.Enqueue(_ => Task.FromException<HttpResponseMessage>(new HttpRequestException("The connection was reset.")));
        return this;
    }

    /// <summary>Gives no answer until the caller has had enough.</summary>
    public StubService Hang()
    {
        _answers.Enqueue(async cancellation =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
            throw new InvalidOperationException("Nobody waits forever.");
        });
        return this;
    }

    private async Task<HttpResponseMessage> AskAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        var headers = request.Headers.Concat(request.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>());
        Requests.Add(new(
            request.Method.Method,
            request.RequestUri!,
            headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase),
            request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellation)));
        return _answers.TryDequeue(out var answer)
            ? await answer(cancellation)
            : throw new InvalidOperationException($"No answer is prepared for request {Requests.Count}: {request.Method} {request.RequestUri}.");
    }

    private static HttpResponseMessage Response(HttpStatusCode status, string content, (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent(content) };
        response.Content.Headers.ContentType = new("application/json");
        foreach (var (name, value) in headers)
            response.Headers.TryAddWithoutValidation(name, value);
        return response;
    }

    /// <summary>One request.</summary>
    public sealed record Asked(string Method, Uri Uri, IReadOnlyDictionary<string, string> Headers, string Body)
    {
        public string Query => Uri.UnescapeDataString(Uri.Query);
    }

    private sealed class Handler(StubService service) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            service.AskAsync(request, cancellationToken);
    }
}
