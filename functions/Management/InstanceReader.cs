using ControlPlane.Durable.Client;
using ControlPlane.Durable.Embedded;
using ControlPlane.Durable.Protocol;
using ControlPlane.Functions.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace ControlPlane.Functions.Management;

/// <summary>Shows one orchestration, with its history when that is asked for.</summary>
internal sealed class InstanceReader(IOrchestrationClient client, IOrchestrationStore store)
{
    public async Task<Reply> ReadAsync(HttpContext context, string id)
    {
        if (await client.GetAsync(id, context.RequestAborted) is not { } instance)
            return ManagementReply.Empty(StatusCodes.Status404NotFound);
        var request = context.Request;
        var showInput = ManagementQuery.Flag(request, "showInput", otherwise: true);
        var history = ManagementQuery.Flag(request, "showHistory")
            ? new HistoryJson(await store.GetHistoryAsync(id, context.RequestAborted), showInput, ManagementQuery.Flag(request, "showHistoryOutput"))
            : null;
        return ManagementReply.Json(StatusOf(request, instance), json => InstanceStatus.Write(json, instance, showInput, history), LocationOf(request, instance));
    }

    private static int StatusOf(HttpRequest request, OrchestrationInstance instance) => instance switch
    {
        { IsFinished: false } => StatusCodes.Status202Accepted,
        { Status: OrchestrationStatus.Failed } when ManagementQuery.Flag(request, "returnInternalServerErrorOnFailure") => StatusCodes.Status500InternalServerError,
        _ => StatusCodes.Status200OK,
    };

    /// <summary>The address that was asked, with its query: whoever polls by it is answered in the same way.</summary>
    private static RetryAt? LocationOf(HttpRequest request, OrchestrationInstance instance) =>
        instance.IsFinished ? null : new RetryAt(request.GetEncodedUrl(), TimeSpan.FromSeconds(5));
}
