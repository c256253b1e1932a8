using System.Net;
using ControlPlane.FunctionsHost.Worker;

namespace ControlPlane.FunctionsHost.Http;

/// <summary>
/// Hands requests of pure HTTP functions on as a streaming reverse proxy: the newer <c>enableProxyingHttpRequest</c>.
/// A connection that fails is tried again, up to ten times, as long as nothing of the body has been sent: a request
/// without a body may so reach a handler twice. Source: functions-custom-handler, section 2; host pull request 11035.
/// </summary>
internal sealed class StreamingProxy(WorkerChannel worker) : IDisposable
{
    private const int Attempts = 10;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ActivityTimeout = TimeSpan.FromSeconds(240);

    private static readonly string[] HopByHop =
        ["Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade"];

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false });

    public async Task ForwardAsync(HttpContext context)
    {
        await worker.AdmitAsync(context.RequestAborted);
        using var activity = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        activity.CancelAfter(ActivityTimeout);
        var pause = FirstPause;
        var body = new OnceContent(context.Request);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var request = Copy(context.Request, body);
                using var answer = await _client.SendAsync(request, activity.Token);
                await CopyAsync(answer, context, activity);
                return;
            }
            catch (HttpRequestException) when (!context.Response.HasStarted && (attempt == Attempts || body.WasStarted))
            {
                context.Response.StatusCode = (int)HttpStatusCode.BadGateway;
                return;
            }
            catch (HttpRequestException) when (!context.Response.HasStarted)
            {
                await Task.Delay(pause, activity.Token);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
            catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
            {
                context.Abort();
                return;
            }
        }
    }

    public void Dispose() => _client.Dispose();

    private HttpRequestMessage Copy(HttpRequest source, OnceContent body)
    {
        // The target as the client wrote it: nothing decoded, nothing merged.
        var target = source.HttpContext.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
        var request = new HttpRequestMessage(new HttpMethod(source.Method), $"http://127.0.0.1:{worker.Port}{target}")
        {
            Content = source.ContentLength is > 0 || source.Headers.ContainsKey("Transfer-Encoding") ? body : null,
        };
        foreach (var (name, values) in source.Headers.Where(header => !HopByHop.Contains(header.Key, StringComparer.OrdinalIgnoreCase)))
        {
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        }

        request.Headers.TryAddWithoutValidation("x-ms-invocation-id", $"{Guid.NewGuid()}");
        return request;
    }

    private static async Task CopyAsync(HttpResponseMessage answer, HttpContext context, CancellationTokenSource activity)
    {
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => !HopByHop.Contains(header.Key, StringComparer.OrdinalIgnoreCase)))
            context.Response.Headers[name] = values.ToArray();
        await context.Response.StartAsync(activity.Token);
        await using var source = await answer.Content.ReadAsStreamAsync(activity.Token);
        var buffer = new byte[32 * 1024];
        while (await source.ReadAsync(buffer, activity.Token) is > 0 and var read)
        {
            activity.CancelAfter(ActivityTimeout);
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), activity.Token);
            await context.Response.Body.FlushAsync(activity.Token);
        }
    }

    /// <summary>The client's body, which can be sent on once. It outlives the messages that carry it.</summary>
    private sealed class OnceContent(HttpRequest request) : HttpContent
    {
        public bool WasStarted { get; private set; }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            WasStarted = true;
            var buffer = new byte[32 * 1024];
            while (await request.Body.ReadAsync(buffer) is > 0 and var read)
            {
                await stream.WriteAsync(buffer.AsMemory(0, read));
                await stream.FlushAsync();
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = request.ContentLength ?? 0;
            return request.ContentLength is not null;
        }
    }
}
