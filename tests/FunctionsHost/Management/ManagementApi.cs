using ControlPlane.Durable.Protocol;
using ControlPlane.FunctionsHost.Durable;
using ControlPlane.FunctionsHost.Http;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace ControlPlane.FunctionsHost.Management;

/// <summary>The extension's HTTP management API. Source: durable-protocol, section 9.1.</summary>
internal sealed class ManagementApi(DurableExtension extension, DurableClients clients, FunctionKeys keys, string taskHub)
{
    public const string Root = "/runtime/webhooks/durabletask";

    private bool IsNew => extension.Version == ExtensionVersion.E319;

    public async Task AnswerAsync(HttpContext context)
    {
        if (await IsCutOffAsync(context))
            return;
        if (!keys.OpensDurable(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        string[] path = [.. context.Request.Path.Value![Root.Length..].Trim('/').Split('/').Select(Uri.UnescapeDataString)];
        var answering = (context.Request.Method, path) switch
        {
            ("POST", ["orchestrators", var name]) => StartAsync(context, name, Guid.NewGuid().ToString("N")),
            ("POST", ["orchestrators", var name, var id]) => StartAsync(context, name, id),
            ("GET", ["instances"]) => ListAsync(context),
            ("DELETE", ["instances"]) => PurgeManyAsync(context),
            ("GET", ["instances", var id]) => ReadAsync(context, id),
            ("DELETE", ["instances", var id]) => PurgeAsync(context, id),
            ("POST", ["instances", var id, "raiseEvent", var name]) => RaiseAsync(context, id, name),
            ("POST", ["instances", var id, "terminate"]) => SignalAsync(context, extension.Terminate(id, Reason(context))),
            ("POST", ["instances", var id, "suspend"]) => SignalAsync(context, extension.Suspend(id, Reason(context))),
            ("POST", ["instances", var id, "resume"]) => SignalAsync(context, extension.Resume(id, Reason(context))),
            ("POST", ["instances", var id, "restart"]) => RestartAsync(context, id),
            ("POST", ["instances", _, "rewind"]) => StatusAsync(context, StatusCodes.Status501NotImplemented),
            ("POST", ["makeprimary"]) => StatusAsync(context, StatusCodes.Status200OK),
            _ => StatusAsync(context, StatusCodes.Status404NotFound),
        };
        await answering;
    }

    private async Task<bool> IsCutOffAsync(HttpContext context)
    {
        switch (clients.Reach)
        {
            case ManagementReach.Open:
                return false;
            case ManagementReach.Unauthorized:
                context.Response.StatusCode = StatusCodes.Status401Unauthorized;
                return true;
            case ManagementReach.LoginPage:
                context.Response.Redirect("/.auth/login/aad");
                return true;
            case ManagementReach.Forbidden:
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return true;
            case ManagementReach.Hangs:
                await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                return true;
            default:
                context.Abort();
                return true;
        }
    }

    private async Task StartAsync(HttpContext context, string name, string id)
    {
        var body = await BodyAsync(context);
        if (body.Length == 0)
            await StartAsync(context, name, id, null);
        else if (Json(body) is { } input)
            await StartAsync(context, name, id, input);
        else
            await MessageAsync(context, StatusCodes.Status400BadRequest, "Invalid JSON content");
    }

    private Task StartAsync(HttpContext context, string name, string id, string? input) => extension.Start(name, id, input) switch
    {
        StartAnswer.Started => StartedAsync(context, id),
        StartAnswer.IdInUse => MessageAsync(
            context,
            IsNew ? StatusCodes.Status409Conflict : StatusCodes.Status500InternalServerError,
            $"An Orchestration instance with the status Running already exists."),
        StartAnswer.UnknownFunction => MessageAsync(
            context, StatusCodes.Status400BadRequest, $"The function '{name}' doesn't exist, is disabled, or is not an orchestrator function."),
        _ => MessageAsync(context, StatusCodes.Status400BadRequest, "The instance id is not allowed."),
    };

    private async Task StartedAsync(HttpContext context, string id)
    {
        if (await WaitAsync(context, id) is { } finished)
        {
            var output = finished.Status == OrchestrationStatus.Completed ? StatusJson.Parsed(finished.Output) : StatusJson.Of(finished, context.Request.Query);
            await JsonAsync(context, StatusCodes.Status200OK, output);
            return;
        }

        var links = new ManagementLinks(context.Request, taskHub, keys.DurableSystem);
        context.Response.Headers.Location = links.Status(id);
        context.Response.Headers.RetryAfter = "10";
        await JsonAsync(context, StatusCodes.Status202Accepted, links.All(id));
    }

    private async Task<HubInstance?> WaitAsync(HttpContext context, string id)
    {
        if (!double.TryParse(context.Request.Query["timeout"], out var timeout) || !double.TryParse(context.Request.Query["pollingInterval"], out var interval))
            return null;
        for (var waited = 0.0; waited < timeout; waited += interval)
        {
            if (extension.Hub.Find(id) is { IsFinished: true } finished)
                return finished;
            await Task.Delay(TimeSpan.FromSeconds(interval), context.RequestAborted);
        }

        return null;
    }

    private async Task ReadAsync(HttpContext context, string id)
    {
        if (extension.Hub.Find(id) is not { } instance)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (!instance.IsFinished)
        {
            context.Response.Headers.Location = new ManagementLinks(context.Request, taskHub, keys.DurableSystem).Status(id);
            context.Response.Headers.RetryAfter = "5";
        }

        var isAnError = instance.Status == OrchestrationStatus.Failed
            && bool.TryParse(context.Request.Query["returnInternalServerErrorOnFailure"], out var asked) && asked;
        var status = isAnError ? StatusCodes.Status500InternalServerError : instance.IsFinished ? StatusCodes.Status200OK : StatusCodes.Status202Accepted;
        await JsonAsync(context, status, StatusJson.Of(instance, context.Request.Query));
    }

    private async Task ListAsync(HttpContext context)
    {
        var query = new InstanceQuery(context.Request);
        var found = extension.Hub.Instances.Where(query.Includes).Where(instance => query.After is null || string.CompareOrdinal(instance.Id, query.After) > 0).ToList();
        var page = found.Take(query.Top).ToList();
        context.Response.Headers["x-ms-continuation-token"] = page.Count < found.Count ? page[^1].Id : "";
        await JsonAsync(context, StatusCodes.Status200OK, new JArray(page.Select(instance => StatusJson.Of(instance, context.Request.Query))));
    }

    private Task PurgeAsync(HttpContext context, string id)
    {
        if (IsNew && extension.Hub.Find(id) is { IsFinished: false })
            return StatusAsync(context, StatusCodes.Status412PreconditionFailed);
        return extension.Hub.Purge(id) ? DeletedAsync(context, 1) : StatusAsync(context, StatusCodes.Status404NotFound);
    }

    private Task PurgeManyAsync(HttpContext context)
    {
        var query = new InstanceQuery(context.Request);
        if (query.From is null)
            return MessageAsync(context, StatusCodes.Status400BadRequest, "Please provide value for 'createdTimeFrom' parameter.");
        var deleted = extension.Hub.Instances.Where(instance => instance.IsFinished && query.Includes(instance)).Count(instance => extension.Hub.Purge(instance.Id));
        return deleted > 0 ? DeletedAsync(context, deleted) : StatusAsync(context, StatusCodes.Status404NotFound);
    }

    private async Task RaiseAsync(HttpContext context, string id, string name)
    {
        if (context.Request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) != true)
            await MessageAsync(context, StatusCodes.Status400BadRequest, "Only application/json request content is supported");
        else if (Json(await BodyAsync(context)) is { } input)
            await SignalAsync(context, extension.Raise(id, name, input));
        else
            await MessageAsync(context, StatusCodes.Status400BadRequest, "Invalid JSON content");
    }

    private Task RestartAsync(HttpContext context, string id)
    {
        if (extension.Hub.Find(id) is not { } instance)
            return MessageAsync(context, StatusCodes.Status400BadRequest, $"InstanceId {id} doesn't match a valid orchestration instance.");
        var keepsId = bool.TryParse(context.Request.Query["restartWithNewInstanceId"], out var isNew) && !isNew;
        return StartAsync(context, instance.Name, keepsId ? id : Guid.NewGuid().ToString("N"), instance.Input);
    }

    private static Task SignalAsync(HttpContext context, SignalAnswer answer) => StatusAsync(context, answer switch
    {
        SignalAnswer.Sent => StatusCodes.Status202Accepted,
        SignalAnswer.NoInstance => StatusCodes.Status404NotFound,
        _ => StatusCodes.Status410Gone,
    });

    private static string? Reason(HttpContext context) => context.Request.Query["reason"] is [var reason, ..] ? reason : null;

    private static async Task<string> BodyAsync(HttpContext context) =>
        await new StreamReader(context.Request.Body).ReadToEndAsync(context.RequestAborted);

    /// <summary>The text without its blanks; null when it is no JSON.</summary>
    private static string? Json(string text)
    {
        try
        {
            using var reader = new JsonTextReader(new StringReader(text)) { DateParseHandling = DateParseHandling.None };
            return JToken.ReadFrom(reader).ToString(Formatting.None);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Task StatusAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private static Task DeletedAsync(HttpContext context, int count) => JsonAsync(context, StatusCodes.Status200OK, new JObject { ["instancesDeleted"] = count });

    private static Task MessageAsync(HttpContext context, int status, string text) => JsonAsync(context, status, new JObject { ["Message"] = text });

    private static Task JsonAsync(HttpContext context, int status, JToken json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        return context.Response.WriteAsync(json.ToString(Formatting.None));
    }
}
