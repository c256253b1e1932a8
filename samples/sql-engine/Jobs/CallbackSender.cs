using System.Net;

namespace SqlEngine.Jobs;

/// <summary>Posts the result of an asynchronous job to the address that its caller gave.</summary>
internal sealed partial class CallbackSender(TimeProvider time, ILogger<CallbackSender> logger) : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        Timeout = TimeSpan.FromSeconds(30),
    };

    /// <summary>Delivers, with as many more attempts as the request allows, twice as far apart each time.</summary>
    public async Task DeliverAsync(Job job, IReadOnlyDictionary<string, string> form, CancellationToken cancellation)
    {
        var pause = FirstPause;
        for (var attempt = 1; ; attempt++)
        {
            var failure = await TryPostAsync(job.Request, form, cancellation);
            if (failure is null)
                return;
            if (attempt > job.Request.MaxRetries)
            {
                LogUndelivered(job.GroupId, attempt, failure);
                return;
            }

            await Task.Delay(pause, time, cancellation);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<string?> TryPostAsync(JobRequest request, IReadOnlyDictionary<string, string> form, CancellationToken cancellation)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, request.Callback) { Content = new FormUrlEncodedContent(form) };
        foreach (var (name, value) in request.CallbackHeaders)
            message.Headers.TryAddWithoutValidation(name, value);
        try
        {
            using var response = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellation);
            // The peer takes nothing but a 200 for delivered.
            return response.StatusCode == HttpStatusCode.OK ? null : $"status {(int)response.StatusCode}";
        }
        catch (HttpRequestException unreachable)
        {
            return unreachable.Message;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return "no answer in time";
        }
    }
}
