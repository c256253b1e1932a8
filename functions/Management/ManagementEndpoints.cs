using System.Net.Http.Headers;
using ControlPlane.Durable.Client;
using ControlPlane.Durable.Protocol;
using ControlPlane.Functions.Http;

namespace ControlPlane.Functions.Management;

/// <summary>
/// The management API of Durable Functions, at the same paths and with the same JSON, for the embedded engine: scripts
/// and tools that are made for one work against the other. Source: durable-protocol, section 9.1. Unlike there, a key
/// in the query (<c>code=</c>) does not count: keys come in headers, as everywhere in this API.
/// </summary>
internal sealed class ManagementEndpoints(IOrchestrationClient client, InstanceStarter starter, InstanceReader reader, TimeProvider time) : IEndpointGroup
{
    private const string Instance = ManagementLinks.Root + "/instances/{id}";

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapOnly(ManagementLinks.Root + "/orchestrators/{name}/{id?}", Change(context => starter.StartAsync(context, Route(context, "name"), RouteOrNull(context, "id"))));
        app.MapOnly(ManagementLinks.Root + "/instances", Call.Get(Checked(ListAsync)), Call.Delete(Role.Admin, PurgeManyAsync));
        app.MapOnly(Instance, Call.Get(context => reader.ReadAsync(context, Id(context))), Call.Delete(Role.Admin, PurgeAsync));
        app.MapOnly(Instance + "/raiseEvent/{name}", Change(RaiseEventAsync));
        app.MapOnly(Instance + "/terminate", Change(context => SignalAsync(context, client.TerminateAsync)));
        app.MapOnly(Instance + "/suspend", Change(context => SignalAsync(context, client.SuspendAsync)));
        app.MapOnly(Instance + "/resume", Change(context => SignalAsync(context, client.ResumeAsync)));
        app.MapOnly(Instance + "/restart", Change(context => starter.RestartAsync(context, Id(context))));
        app.MapOnly(Instance + "/rewind", Change(RewindAsync));

        // One process uses the store, so it is the primary.
        app.MapOnly(ManagementLinks.Root + "/makeprimary", Change(_ => Task.FromResult(ManagementReply.Empty(200))));
        app.Map(ManagementLinks.Root + "/{**rest}", (RequestDelegate)ManagementReply.Empty(404).WriteAsync).WithMetadata(new NeededRole(Role.Reader));
    }

    private static Call Change(Handler handler) => Call.Post(Role.Admin, Checked(handler));

    /// <summary>An argument that is refused further down is the caller's, as the extension has it.</summary>
    private static Handler Checked(Handler handler) => async context =>
    {
        try
        {
            return await handler(context);
        }
        catch (ArgumentException fault)
        {
            return ManagementReply.Message(400, fault.Message);
        }
    };

    private async Task<Reply> ListAsync(HttpContext context)
    {
        var query = ManagementQuery.Parse(context.Request);
        var page = await client.QueryAsync(query.ToPage(), context.RequestAborted);
        context.Response.Headers[ManagementQuery.ContinuationHeader] = page.Continuation ?? "";
        return ManagementReply.Statuses(page.Instances.Where(query.IsInTime), query.ShowInput);
    }

    private async Task<Reply> PurgeAsync(HttpContext context) => await client.PurgeAsync(Id(context), context.RequestAborted) switch
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
        query = query with { To = query.To ?? time.GetUtcNow() };
        var deleted = 0;
        var page = query.ToPage() with { Continuation = null };
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

    /// <summary>Whether the instance takes events is looked at before the event itself.</summary>
    private async Task<Reply> RaiseEventAsync(HttpContext context)
    {
        switch (await client.GetAsync(Id(context), context.RequestAborted))
        {
            case null:
                return ManagementReply.Signalled(SignalOutcome.NotFound);
            case { IsFinished: true }:
                return ManagementReply.Signalled(SignalOutcome.Finished);
        }

        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) || !"application/json".Equals(type.MediaType, StringComparison.OrdinalIgnoreCase))
            return ManagementReply.Message(400, "Only application/json request content is supported");
        if (!(await ManagementBody.ReadAsync(context)).Is(out var body, out var problem))
            return ManagementReply.Message(problem);
        if (body.Value is not { } payload)
            return ManagementReply.Message(400, "Invalid JSON content");
        return ManagementReply.Signalled(await client.RaiseEventAsync(Id(context), Route(context, "name"), payload, context.RequestAborted));
    }

    private static async Task<Reply> SignalAsync(HttpContext context, Func<string, string?, CancellationToken, Task<SignalOutcome>> signal) =>
        ManagementReply.Signalled(await signal(Id(context), context.Request.Query["reason"], context.RequestAborted));

    private async Task<Reply> RewindAsync(HttpContext context) => await client.GetAsync(Id(context), context.RequestAborted) switch
    {
        null => ManagementReply.Empty(404),
        { Status: OrchestrationStatus.Failed } => ManagementReply.Message(501, "The embedded engine does not rewind. Restart the orchestration instead."),
        _ => ManagementReply.Message(412, "Only an instance that has failed can be rewound."),
    };

    private static string Id(HttpContext context) => Route(context, "id");

    private static string Route(HttpContext context, string name) => RouteOrNull(context, name)!;

    private static string? RouteOrNull(HttpContext context, string name) => context.Request.RouteValues[name] as string;
}
