using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ControlPlane.Durable.Client;
using ControlPlane.Durable.Model;
using ControlPlane.Durable.Protocol;
using ControlPlane.Functions.Http;

namespace ControlPlane.Functions.Management;

/// <summary>Starts orchestrations, and waits for their end when the caller says for how long.</summary>
internal sealed class InstanceStarter(IOrchestrationClient client, OrchestrationRegistry registry, InstanceReader reader, TimeProvider time)
{
    /// <summary>The longest time that a caller may wait.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>Looks more often than this are not made, whatever the caller asks for.</summary>
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);

    public async Task<Reply> StartAsync(HttpContext context, string name, string? id)
    {
        if (!registry.Orchestrators.Contains(name, StringComparer.OrdinalIgnoreCase))
            return ManagementReply.Message(400, $"The function '{name}' doesn't exist, is disabled, or is not an orchestrator function.");
        return (await ManagementBody.ReadAsync(context)).Is(out var body, out var problem)
            ? await StartAsync(context, name, body.Value, id ?? NewId())
            : ManagementReply.Message(problem);
    }

    /// <summary>Starts what an instance ran, with the same input, under a new id unless the caller wants the old one.</summary>
    public async Task<Reply> RestartAsync(HttpContext context, string id)
    {
        if (await client.GetAsync(id, context.RequestAborted) is not { } instance)
            return ManagementReply.Message(400, $"InstanceId '{id}' doesn't match a valid orchestration instance.");
        JsonElement? input = instance.Input is null ? null : JsonElement.Parse(instance.Input);
        var isNew = ManagementQuery.Flag(context.Request, "restartWithNewInstanceId", otherwise: true);
        return await StartAsync(context, instance.Name, input, isNew ? NewId() : id);
    }

    private async Task<Reply> StartAsync(HttpContext context, string name, JsonElement? input, string id)
    {
        if (await client.StartAsync(name, input, id, context.RequestAborted) == StartOutcome.AlreadyRunning)
            return ManagementReply.Message(409, $"An Orchestration instance with the status Running already exists: {id}.");
        if (await FindFinishedAsync(context, id) is not { } finished)
            return Started(context, id);
        return finished.Status == OrchestrationStatus.Completed
            ? Reply.Text(finished.Output ?? "null", ManagementReply.JsonType)
            : await reader.ReadAsync(context, id);
    }

    private static Reply Started(HttpContext context, string id)
    {
        var links = new ManagementLinks(context.Request);
        return ManagementReply.Json(202, json => links.Write(json, id), new RetryAt(links.Status(id), TimeSpan.FromSeconds(10)));
    }

    /// <summary>With both <c>timeout</c> and <c>pollingInterval</c> the caller waits; null when it did not end in time.</summary>
    private async Task<OrchestrationInstance?> FindFinishedAsync(HttpContext context, string id)
    {
        if (Seconds(context, "timeout") is not { } timeout || Seconds(context, "pollingInterval") is not { } interval || interval > timeout)
            return null;
        var pause = interval > ShortestPause ? interval : ShortestPause;
        var until = time.GetUtcNow() + timeout;
        while (true)
        {
            if (await client.GetAsync(id, context.RequestAborted) is { IsFinished: true } finished)
                return finished;
            var left = until - time.GetUtcNow();
            if (left <= TimeSpan.Zero)
                return null;
            await Task.Delay(left < pause ? left : pause, time, context.RequestAborted);
        }
    }

    private static TimeSpan? Seconds(HttpContext context, string name) =>
        double.TryParse(context.Request.Query[name], CultureInfo.InvariantCulture, out var seconds) && seconds > 0 && seconds <= LongestWait.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : null;

    private static string NewId() => RandomNumberGenerator.GetHexString(32, lowercase: true);
}
