using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using ControlPlane.Durable.Client;
using ControlPlane.Durable.Model;
using ControlPlane.Functions.Management;

namespace ControlPlane.Functions.CustomHandler;

/// <summary>
/// Starts, signals and queries orchestrations through the management API of the Durable Functions extension.
/// Source: durable-protocol, section 9.1.
/// </summary>
internal sealed class ManagementClient(IHttpClientFactory clients, DurableAddresses addresses, Payload payload) : IOrchestrationClient
{
    public const string ClientName = "durable-management";

    /// <summary>How long one call may take before the other way is tried.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    public async Task<StartOutcome> StartAsync(string orchestrator, object? input, string instanceId, CancellationToken cancellation = default)
    {
        InstanceIds.ThrowIfNotAllowed(instanceId);
        using var answer = await PostAsync($"orchestrators/{Uri.EscapeDataString(orchestrator)}/{Uri.EscapeDataString(instanceId)}", "", payload.Write(input), cancellation);
        if (answer.StatusCode == HttpStatusCode.Conflict)
            return StartOutcome.AlreadyRunning;

        // Older versions of the extension say 500 when the id is in use.
        if (answer.StatusCode == HttpStatusCode.InternalServerError && await GetAsync(instanceId, cancellation) is { IsFinished: false })
            return StartOutcome.AlreadyRunning;
        Expect(answer, HttpStatusCode.Accepted, HttpStatusCode.OK);
        return StartOutcome.Started;
    }

    public Task<SignalOutcome> RaiseEventAsync(string instanceId, string name, object? payloadValue = null, CancellationToken cancellation = default) =>
        SignalAsync(instanceId, $"raiseEvent/{Uri.EscapeDataString(name)}", "", payload.Write(payloadValue) ?? "null", cancellation);

    public Task<SignalOutcome> TerminateAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SignalAsync(instanceId, "terminate", ReasonQuery(reason), null, cancellation);

    public Task<SignalOutcome> SuspendAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SignalAsync(instanceId, "suspend", ReasonQuery(reason), null, cancellation);

    public Task<SignalOutcome> ResumeAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SignalAsync(instanceId, "resume", ReasonQuery(reason), null, cancellation);

    public async Task<OrchestrationInstance?> GetAsync(string instanceId, CancellationToken cancellation = default)
    {
        using var answer = await SendAsync(HttpMethod.Get, $"instances/{Uri.EscapeDataString(instanceId)}", "", null, null, cancellation);
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return null;
        Expect(answer, HttpStatusCode.OK, HttpStatusCode.Accepted);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellation));
        return InstanceStatus.Read(json.RootElement);
    }

    public async Task<OrchestrationPage> QueryAsync(OrchestrationQuery query, CancellationToken cancellation = default)
    {
        var text = $"top={query.Top}";
        if (query.Prefix is not null)
            text += $"&instanceIdPrefix={Uri.EscapeDataString(query.Prefix)}";
        if (query.Statuses.Count > 0)
            text += $"&runtimeStatus={string.Join(",", query.Statuses)}";
        using var answer = await SendAsync(HttpMethod.Get, "instances", text, null, query.Continuation, cancellation);
        Expect(answer, HttpStatusCode.OK);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellation));
        var next = answer.Headers.TryGetValues(ManagementQuery.ContinuationHeader, out var values) ? values.FirstOrDefault() : null;
        return new OrchestrationPage([.. json.RootElement.EnumerateArray().Select(InstanceStatus.Read)], string.IsNullOrEmpty(next) ? null : next);
    }

    public async Task<PurgeOutcome> PurgeAsync(string instanceId, CancellationToken cancellation = default)
    {
        using var answer = await SendAsync(HttpMethod.Delete, $"instances/{Uri.EscapeDataString(instanceId)}", "", null, null, cancellation);
        if (answer.StatusCode == HttpStatusCode.NotFound)
            return PurgeOutcome.NotFound;
        if (answer.StatusCode == HttpStatusCode.PreconditionFailed)
            return PurgeOutcome.Running;
        Expect(answer, HttpStatusCode.OK);
        return PurgeOutcome.Purged;
    }

    private async Task<SignalOutcome> SignalAsync(string instanceId, string action, string query, string? body, CancellationToken cancellation)
    {
        using var answer = await PostAsync($"instances/{Uri.EscapeDataString(instanceId)}/{action}", query, body, cancellation);
        switch (answer.StatusCode)
        {
            case HttpStatusCode.NotFound:
                return SignalOutcome.NotFound;
            case HttpStatusCode.Gone:
                return SignalOutcome.Finished;
            default:
                Expect(answer, HttpStatusCode.Accepted, HttpStatusCode.OK);
                return SignalOutcome.Accepted;
        }
    }

    private Task<HttpResponseMessage> PostAsync(string path, string query, string? body, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, path, query, body, null, cancellation);

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, string query, string? body, string? continuation, CancellationToken cancellation)
    {
        var address = addresses.Current ?? throw new DurableUnreachableException("No binding has said yet where the Durable Functions extension listens.");
        var parts = string.Join("&", new[] { query, address.Query }.Where(part => part.Length > 0));
        using var request = new HttpRequestMessage(method, $"{address.BaseUrl}/{path}?{parts}");
        if (body is not null)
            request.Content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        if (continuation is not null)
            request.Headers.Add(ManagementQuery.ContinuationHeader, continuation);
        using var client = clients.CreateClient(ClientName);
        try
        {
            return await client.SendAsync(request, cancellation);
        }
        catch (Exception failure) when (failure is HttpRequestException || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // The exception's own text may hold the address with its key.
            throw new DurableUnreachableException($"The Durable Functions extension cannot be reached at {address}.");
        }
    }

    private static void Expect(HttpResponseMessage answer, params ReadOnlySpan<HttpStatusCode> expected)
    {
        if (expected.Contains(answer.StatusCode))
            return;
        throw IsInTheWay(answer.StatusCode)
            ? new DurableUnreachableException($"The way to the Durable Functions extension answered {(int)answer.StatusCode}.")
            : new InvalidOperationException($"The Durable Functions extension answered {(int)answer.StatusCode}.");
    }

    /// <summary>What something in front of the app answers: access rules, a login page, a front end that finds no app.</summary>
    private static bool IsInTheWay(HttpStatusCode status) => (int)status is >= 300 and < 400
        || status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private static string ReasonQuery(string? reason) => reason is null ? "" : $"reason={Uri.EscapeDataString(reason)}";
}

/// <summary>The extension could not be reached this way; another may work.</summary>
internal sealed class DurableUnreachableException(string message) : Exception(message);
