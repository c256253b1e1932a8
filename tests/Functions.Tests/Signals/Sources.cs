using System.Collections.Concurrent;
using System.Net;
using ControlPlane.Functions.Signals;
using ControlPlane.Functions.Tests.Site;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Functions.Tests.Signals;

/// <summary>What every request to a source is answered with, without a network.</summary>
internal sealed class Sources : HttpMessageHandler, IHttpClientFactory
{
    private readonly LogRecorder _log = new();

    /// <summary>Answers a request; may wait, and may fail.</summary>
    public Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> OnRequest { get; set; } = (_, _) => Json("{}");

    /// <summary>The requests, with their bodies.</summary>
    public ConcurrentQueue<(HttpMethod Method, Uri Address, string Body)> Asked { get; } = new();

    public IReadOnlyCollection<string> LogLines => _log.Lines;

    public SourceBook Book(TimeProvider time, SignalTokens? tokens = null)
    {
#pragma warning disable CA2000 // The book's log lives as long as the test.
        var log = LoggerFactory.Create(logging => logging.AddProvider(_log)).CreateLogger<SourceBook>();
#pragma warning restore CA2000
        return new SourceBook(new SourceClient(this, tokens ?? SignalTokens.None, time), time, log);
    }

    public static Task<HttpResponseMessage> Json(string body, HttpStatusCode status = HttpStatusCode.OK) =>
        Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body) });

    /// <summary>As Prometheus answers.</summary>
    public static Task<HttpResponseMessage> Sample(DateTimeOffset at, double value) =>
        Json(FormattableString.Invariant($$$"""{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[{{{at.ToUnixTimeMilliseconds() / 1000.0}}},"{{{value}}}"]}]}}"""));

    public static async Task<HttpResponseMessage> NeverAsync(CancellationToken cancellation)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        return new HttpResponseMessage();
    }

    public HttpClient CreateClient(string name) => new(this, disposeHandler: false);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Asked.Enqueue((request.Method, request.RequestUri!, request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken)));
        return await OnRequest(request, cancellationToken);
    }
}
