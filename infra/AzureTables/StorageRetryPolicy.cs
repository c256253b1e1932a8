using System.Globalization;
using Azure.Core;
using Azure.Core.Pipeline;

namespace ControlPlane.Infra.AzureTables;

/// <summary>
/// Repeats what failed for a passing reason: no answer, or 408, 429, 500, 502, 503, 504. Unlike the pipeline's own policy
/// it waits on an injected clock, and it notes when a try may have been carried out although its answer is lost.
/// </summary>
internal sealed class StorageRetryPolicy(AzureTableStoreOptions options, TimeProvider time) : HttpPipelinePolicy
{
    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        for (var retry = 0; ; retry++)
        {
            if (!await IsToBeRepeatedAsync(message, pipeline, isLast: retry == options.MaxRetries))
                return;
            await Task.Delay(Delay(message, retry), time, message.CancellationToken);
        }
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("Tables are spoken to asynchronously only.");

    private static async Task<bool> IsToBeRepeatedAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline, bool isLast)
    {
        try
        {
            await ProcessNextAsync(message, pipeline);
        }
        catch (Exception exception) when (!isLast && message.ResponseClassifier.IsRetriable(message, exception))
        {
            LostAnswer.Note(message);
            message.Response = null!;
            return true;
        }

        if (isLast || !message.ResponseClassifier.IsRetriableResponse(message))
            return false;
        // 429 is the one that says that nothing was done.
        if (message.Response.Status != 429)
            LostAnswer.Note(message);
        return true;
    }

    private TimeSpan Delay(HttpMessage message, int retry)
    {
        var chosen = options.FirstDelay * Math.Pow(2, retry) * (0.8 + (0.4 * options.NextJitter()));
        chosen = chosen < options.MaxDelay ? chosen : options.MaxDelay;
        var asked = message.HasResponse ? RetryAfter(message) : TimeSpan.Zero;
        return asked > chosen ? asked : chosen;
    }

    // Seconds or a date (RFC 9110, section 10.2.3).
    private TimeSpan RetryAfter(HttpMessage message)
    {
        if (!message.Response.Headers.TryGetValue("Retry-After", out var text))
            return TimeSpan.Zero;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return TimeSpan.FromSeconds(seconds);
        return DateTimeOffset.TryParseExact(text, "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? date - time.GetUtcNow()
            : TimeSpan.Zero;
    }
}
