using ControlPlane.FunctionsHost.Configuration;
using ControlPlane.FunctionsHost.Invocation;
using ControlPlane.FunctionsHost.Worker;
using Microsoft.AspNetCore.Routing;
using Newtonsoft.Json.Linq;

namespace ControlPlane.FunctionsHost.Http;

/// <summary>The routes of HTTP functions. Source: functions-custom-handler, sections 3 and 6.1.</summary>
internal sealed class HttpFunctions(HostConfiguration host, FunctionKeys keys, WorkerChannel worker, InvokeFunction invoke, bool isNewHost)
    : IDisposable
{
    private readonly RebuildingForwarder _rebuilding = new(host, worker);
    private readonly StreamingProxy _streaming = new(worker);

    public void Map(IEndpointRouteBuilder app)
    {
        foreach (var function in host.Triggered(BindingTypes.HttpTrigger))
        {
            var route = $"/{host.RoutePrefix}/{function.Route}".Replace("//", "/", StringComparison.Ordinal);
            RequestDelegate answer = context => AnswerAsync(context, function);
            if (function.Methods is { } methods)
                app.MapMethods(route, methods.Select(method => method.ToUpperInvariant()), answer);
            else
                app.Map(route, answer);
        }
    }

    public void Dispose()
    {
        _rebuilding.Dispose();
        _streaming.Dispose();
    }

    private async Task AnswerAsync(HttpContext context, Function function)
    {
        if (!keys.Opens(context.Request, function))
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        try
        {
            if (function.IsPureHttp && isNewHost && host.ProxiesRequests)
                await _streaming.ForwardAsync(context);
            else if (function.IsPureHttp && host.ForwardsRequests)
                await _rebuilding.ForwardAsync(context, function);
            else
                await InvokeAsync(context, function);
        }
        catch (Exception failure) when (IsOfInvocation(failure) && !context.Response.HasStarted)
        {
            // Nothing of the failure reaches the client.
            context.Response.Clear();
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
        }
    }

    private static bool IsOfInvocation(Exception failure) =>
        failure is FunctionInvocationException or FunctionTimeoutException or InvalidOperationException or TimeoutException;

    private async Task InvokeAsync(HttpContext context, Function function)
    {
        var request = await RequestObject.BuildAsync(context);
        var data = new JObject { [function.Trigger.Name] = request };
        var result = await invoke(function, data, RequestObject.Metadata(context, request), CancellationToken.None);
        if (function.Outputs.FirstOrDefault(binding => binding.Is(BindingTypes.Http)) is { } output)
            await HttpOutput.WriteAsync(context.Response, output.Name == BindingTypes.Return ? result.ReturnValue : result.Outputs.GetValueOrDefault(output.Name));
        else
            context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
