using System.Net.Http.Headers;
using ControlPlane.Core.Scaling.Policies;

namespace ControlPlane.Functions.Signals;

/// <summary>Asks a source once. Every failure is an answer.</summary>
internal sealed class SourceClient(IHttpClientFactory clients, SignalTokens tokens, TimeProvider time)
{
    public const string ClientName = "signal";

    /// <summary>How long an answer may take.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <summary>One number is asked for. What is longer must not fill the memory.</summary>
    private const int LongestAnswer = 64 * 1024;

    public async Task<SourceAnswer> AskAsync(Source source)
    {
        var asked = time.GetUtcNow();
        using var deadline = new CancellationTokenSource(Timeout, time);
        try
        {
            using var client = clients.CreateClient(ClientName);
            client.MaxResponseContentBufferSize = LongestAnswer;
            using var request = source.ToRequest();
            if (tokens.Find(request.RequestUri!) is { } token)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await client.SendAsync(request, deadline.Token);
            if (!response.IsSuccessStatusCode)
                return SourceAnswer.Failed($"it answered {(int)response.StatusCode}", asked);
            var body = await response.Content.ReadAsByteArrayAsync(deadline.Token);
            return Read(source, body, asked - (response.Headers.Age ?? TimeSpan.Zero));
        }
        catch (OperationCanceledException)
        {
            return SourceAnswer.Failed($"no answer within {Timeout.TotalSeconds:0} s", asked);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return SourceAnswer.Failed(Words(failure), asked);
        }
    }

    /// <summary>A document is as old as the question, and older by what a cache on the way says; a sample has a time of its own.</summary>
    private SourceAnswer Read(Source source, byte[] body, DateTimeOffset at) => source.Kind == SignalKind.PromQl
        ? SourceAnswer.Parse(body, root => PromQlAnswer.Read(root, time.GetUtcNow()), at)
        : SourceAnswer.Parse(body, root => JsonAnswer.Read(root, source.Query, at), at);

    private static string Words(Exception failure) => (failure as HttpRequestException)?.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => "its host is not known",
        HttpRequestError.ConnectionError => "it could not be connected to",
        HttpRequestError.SecureConnectionError => "its certificate or TLS was refused",
        HttpRequestError.ConfigurationLimitExceeded => $"its answer has more than {LongestAnswer} bytes",
        _ => "it broke off before it had answered",
    };
}
