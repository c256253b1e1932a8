using ControlPlane.Functions.Tests.Site;
using Microsoft.AspNetCore.Http;

namespace ControlPlane.Functions.Tests.Signals;

/// <summary>A small server that answers instant queries as Prometheus does.</summary>
internal static class PrometheusDouble
{
    public static async Task<FakeEngine> StartAsync(Func<string, double> value)
    {
        var server = await FakeEngine.StartAsync("prometheus");
        server.OnRun = async (context, _) =>
        {
            if (context.Request.Path != "/api/v1/query")
            {
                context.Response.StatusCode = 404;
                return;
            }

            using var answer = await Sources.Sample(DateTimeOffset.UtcNow, value(context.Request.Query["query"].ToString()));
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(await answer.Content.ReadAsStringAsync());
        };
        return server;
    }
}
