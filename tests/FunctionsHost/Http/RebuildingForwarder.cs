using ControlPlane.FunctionsHost.Configuration;
using ControlPlane.FunctionsHost.Invocation;
using ControlPlane.FunctionsHost.Worker;
using Microsoft.AspNetCore.Http.Extensions;

namespace ControlPlane.FunctionsHost.Http;

/// <summary>
/// Hands requests of pure HTTP functions on by building them anew, with what gets lost on the way: the older
/// <c>enableForwardingHttpRequest</c>. Source: functions-custom-handler, section 3.2.
/// </summary>
internal sealed class RebuildingForwarder(HostConfiguration host, WorkerChannel worker) : IDisposable
{
    private static readonly string[] NotCopiedBack = ["Transfer-Encoding", "Connection", "Keep-Alive"];

    private readonly HttpClient _client = HandlerHttp.CreateClient(host);

    public async Task ForwardAsync(HttpContext context, Function function)
    {
        await worker.AdmitAsync(context.RequestAborted);
        using var request = Rebuild(context.Request);
        using var limit = new CancellationTokenSource();
        if (host.FunctionTimeout is { } timeout)
            limit.CancelAfter(timeout);
        try
        {
            // The whole answer is taken in before any of it is given on; that the client has gone is not noticed.
            using var answer = await _client.SendAsync(request, limit.Token);
            await CopyAsync(answer, context.Response);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            await worker.RestartAsync();
            throw new FunctionTimeoutException(function.Name, host.FunctionTimeout!.Value);
        }
        catch (HttpRequestException failure)
        {
            throw new FunctionInvocationException(function.Name, failure);
        }
    }

    public void Dispose() => _client.Dispose();

    private HttpRequestMessage Rebuild(HttpRequest request)
    {
        var path = new Uri(request.GetDisplayUrl()).AbsolutePath;
        var url = new UriBuilder("http", "127.0.0.1", worker.Port, path).ToString();
        var rebuilt = new HttpRequestMessage(new HttpMethod(request.Method), QueryMerge.AddTo(url, request.Query));

        // Headers of contents are refused here by the library and set below, as in the host.
        foreach (var (name, values) in request.Headers)
            rebuilt.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        if (request.ContentLength is > 0)
        {
            rebuilt.Content = new StreamContent(request.Body);
            rebuilt.Content.Headers.Add("Content-Length", $"{request.ContentLength}");
            if (!string.IsNullOrEmpty(request.ContentType))
                rebuilt.Content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        }

        HandlerHttp.Sign(rebuilt, Guid.NewGuid());
        return rebuilt;
    }

    private static async Task CopyAsync(HttpResponseMessage answer, HttpResponse response)
    {
        response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => !NotCopiedBack.Contains(header.Key, StringComparer.OrdinalIgnoreCase)))
            response.Headers[name] = values.ToArray();
        await answer.Content.CopyToAsync(response.Body);
    }
}
