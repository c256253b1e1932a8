using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ControlPlane.Durable.Client;
using ControlPlane.Durable.Model;
using ControlPlane.Durable.Protocol;
using ControlPlane.Functions.Http;

namespace ControlPlane.Functions.Management;

/// <summary>
/// The management API of Durable Functions, at the same paths and with the same JSON, for the embedded engine: scripts
/// and tools that are made for one work against the other. Source: durable-protocol, section 9.1.
/// </summary>
internal sealed class ManagementEndpoints(IOrchestrationClient client, OrchestrationRegistry registry, TimeProvider time) : IEndpointGroup
{
    private const string Instance = ManagementLinks.Root + "/instances/{id}";

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapCalls(ManagementLinks.Root + "/orchestrators/{name}/{id?}", Call.Post(Role.Admin, StartAsync));
        app.MapCalls(ManagementLinks.Root + "/instances", Call.Get(ListAsync), Call.Delete(Role.Admin, PurgeManyAsync));
        app.MapCalls(Instance, Call.Get(ReadAsync), Call.Delete(Role.Admin, PurgeAsync));
        app.MapCalls(Instance + "/raiseEvent/{name}", Call.Post(Role.Admin, RaiseEventAsync));
        app.MapCalls(Instance + "/terminate", Call.Post(Role.Admin, context => SignalAsync(context, client.TerminateAsync)));
        app.MapCalls(Instance + "/suspend", Call.Post(Role.Admin, context => SignalAsync(context, client.SuspendAsync)));
        app.MapCalls(Instance + "/resume", Call.Post(Role.Admin, context => SignalAsync(context, client.ResumeAsync)));
        app.MapCalls(Instance + "/restart", Call.Post(Role.Admin, RestartAsync));
        app.MapCalls(Instance + "/rewind", Call.Post(Role.Admin, _ => Task.FromResult(ManagementReply.Message(501, "The embedded engine does not rewind. Start the orchestration again."))));
    }

    private async Task<Reply> StartAsync(HttpContext context)
    {
        var name = Route(context, "name");
        if (!registry.Orchestrators.Contains(name, StringComparer.OrdinalIgnoreCase))
            return ManagementReply.Message(400, $"The function '{name}' doesn't exist, is disabled, or is not an orchestrator function.");
        var (isJson, input) = await ManagementBody.ReadAsync(context);
        if (!isJson)
            return ManagementReply.Message(400, "The body is no JSON.");
        return await StartAsync(context, name, input, RouteOrNull(context, "id") ?? NewId());
    }

    private async Task<Reply> StartAsync(HttpContext context, string name, JsonElement? input, string id)
    {
        try
        {
            var outcome = await client.StartAsync(name, input, id, context.RequestAborted);
            if (outcome == StartOutcome.AlreadyRunning)
                return ManagementReply.Message(409, $"An Orchestration instance with the status Running already exists: {id}.");
        }
        catch (ArgumentException fault)
        {
            return ManagementReply.Message(400, fault.Message);
        }

        return await WaitAsync(context, id) is { } finished ? finished : ManagementReply.Started(context, id);
    }

    /// <summary>With both <c>timeout</c> and <c>pollingInterval</c> the caller waits; null when it did not end in time.</summary>
    private async Task<Reply?> WaitAsync(HttpContext context, string id)
    {
        if (Seconds(context, "timeout") is not { } timeout || Seconds(context, "pollingInterval") is not { } interval || interval > timeout)
            return null;
        var until = time.GetUtcNow() + timeout;
        while (time.GetUtcNow() < until)
        {
            if (await client.GetAsync(id, context.RequestAborted) is { IsFinished: true } finished)
            {
                return finished.Status == OrchestrationStatus.Completed
                    ? ManagementReply.Raw(200, finished.Output ?? "null")
                    : ManagementReply.Status(200, finished, showInput: true);
            }

            await Task.Delay(interval, time, context.RequestAborted);
        }

        return null;
    }

    private async Task<Reply> ReadAsync(HttpContext context)
    {
        if (await client.GetAsync(Route(context, "id"), context.RequestAborted) is not { } instance)
            return ManagementReply.Empty(404);
        var showInput = context.Request.Query["showInput"] != "false";
        if (!instance.IsFinished)
            return ManagementReply.Status(202, instance, showInput, new ManagementLinks(context.Request).Status(instance.InstanceId));
        var asError = instance.Status == OrchestrationStatus.Failed && context.Request.Query["returnInternalServerErrorOnFailure"] == "true";
        return ManagementReply.Status(asError ? 500 : 200, instance, showInput);
    }

    private async Task<Reply> ListAsync(HttpContext context)
    {
        var query = ManagementQuery.Parse(context.Request);
        var page = await client.QueryAsync(query.ToPage(), context.RequestAborted);
        if (page.Continuation is { } next)
            context.Response.Headers[ManagementQuery.ContinuationHeader] = next;
        return ManagementReply.Statuses(page.Instances.Where(query.IsInTime), query.ShowInput);
    }

    private async Task<Reply> PurgeAsync(HttpContext context) => await client.PurgeAsync(Route(context, "id"), context.RequestAborted) switch
    {
        PurgeOutcome.Purged => ManagementReply.Deleted(1),
        PurgeOutcome.NotFound => ManagementReply.Empty(404),
        _ => ManagementReply.Message(412, "Only an instance that has ended can be purged."),
    };

    private async Task<Reply> PurgeManyAsync(HttpContext context)
    {
        var query = ManagementQuery.Parse(context.Request);
        if (query.From is null)
            return ManagementReply.Message(400, "Please provide value for 'createdTimeFrom' parameter.");
        var deleted = 0;
        var page = query.ToPage();
        do
        {
            var found = await client.QueryAsync(page, context.RequestAborted);
            foreach (var instance in found.Instances.Where(instance => instance.IsFinished && query.IsInTime(instance)))
            {
                if (await client.PurgeAsync(instance.InstanceId, context.RequestAborted) == PurgeOutcome.Purged)
                    deleted++;
            }

            page = page with { Continuation = found.Continuation };
        }
        while (page.Continuation is not null);
        return deleted == 0 ? ManagementReply.Empty(404) : ManagementReply.Deleted(deleted);
    }

    private async Task<Reply> RaiseEventAsync(HttpContext context)
    {
        var (isJson, payload) = await ManagementBody.ReadAsync(context);
        if (!isJson || context.Request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) != true)
            return ManagementReply.Message(400, "Only application/json request content is supported");
        return ManagementReply.Signalled(await client.RaiseEventAsync(Route(context, "id"), Route(context, "name"), payload, context.RequestAborted));
    }

    private static async Task<Reply> SignalAsync(HttpContext context, Func<string, string?, CancellationToken, Task<SignalOutcome>> signal) =>
        ManagementReply.Signalled(await signal(Route(context, "id"), context.Request.Query["reason"], context.RequestAborted));

    private async Task<Reply> RestartAsync(HttpContext context)
    {
        var id = Route(context, "id");
        if (await client.GetAsync(id, context.RequestAborted) is not { } instance)
            return ManagementReply.Message(400, $"InstanceId '{id}' doesn't match a valid orchestration instance.");
        JsonElement? input = instance.Input is null ? null : JsonElement.Parse(instance.Input);
        return await StartAsync(context, instance.Name, input, context.Request.Query["restartWithNewInstanceId"] == "false" ? id : NewId());
    }

    private static TimeSpan? Seconds(HttpContext context, string name) =>
        double.TryParse(context.Request.Query[name], CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and < 86_400 ? TimeSpan.FromSeconds(seconds) : null;

    private static string NewId() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    private static string Route(HttpContext context, string name) => RouteOrNull(context, name)!;

    private static string? RouteOrNull(HttpContext context, string name) => context.Request.RouteValues[name] as string;
}
