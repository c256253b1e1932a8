using ControlPlane.FunctionsHost.Configuration;
using ControlPlane.FunctionsHost.Worker;
using Newtonsoft.Json.Linq;

namespace ControlPlane.FunctionsHost.Invocation;

/// <summary>Calls functions in payload mode. Source: functions-custom-handler, sections 3.1 and 5.</summary>
internal sealed class Invoker(HostConfiguration host, WorkerChannel worker, HostNotes notes, TimeProvider time) : IDisposable
{
    private readonly HttpClient _client = HandlerHttp.CreateClient(host);

    /// <summary>The entry that the host puts into every function's metadata.</summary>
    public JObject SystemMetadata(Function function) => new()
    {
        ["MethodName"] = function.Name,
        ["UtcNow"] = time.GetUtcNow().UtcDateTime,
        ["RandGuid"] = Guid.NewGuid().ToString(),
    };

    /// <summary>Calls a function and waits for its answer.</summary>
    /// <exception cref="FunctionInvocationException">It failed.</exception>
    /// <exception cref="FunctionTimeoutException">It took too long; the handler was restarted.</exception>
    public async Task<InvocationResult> InvokeAsync(Function function, JObject data, JObject metadata, CancellationToken cancellation)
    {
        await worker.AdmitAsync(cancellation);
        metadata["sys"] ??= SystemMetadata(function);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (host.FunctionTimeout is { } timeout)
            limit.CancelAfter(timeout);
        try
        {
            return await SendAsync(function, data, metadata, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested && limit.IsCancellationRequested)
        {
            await worker.RestartAsync();
            throw new FunctionTimeoutException(function.Name, host.FunctionTimeout!.Value);
        }
        catch (Exception failure) when (failure is HttpRequestException or InvalidOperationException)
        {
            throw new FunctionInvocationException(function.Name, failure);
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<InvocationResult> SendAsync(Function function, JObject data, JObject metadata, CancellationToken limit)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new UriBuilder("http", "127.0.0.1", worker.Port, function.Name).Uri)
        {
            Content = new EnvelopeContent(data, metadata),
        };
        HandlerHttp.Sign(request, Guid.NewGuid());
        using var answer = await _client.SendAsync(request, limit);
        answer.EnsureSuccessStatusCode();
        if (await AnswerReader.ReadAsync(answer, limit) is { } read)
        {
            notes.Log(function.Name, read.Logs ?? []);
            return OutputValues.Take(function, read);
        }

        // The host forgets an invocation whose answer is empty: it neither succeeds nor fails.
        notes.Complain($"{function.Name} answered {(int)answer.StatusCode} with an empty body: the invocation hangs until the functionTimeout.");
        await Task.Delay(Timeout.InfiniteTimeSpan, limit);
        throw new OperationCanceledException(limit);
    }
}
