using ControlPlane.Core.Storage;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Endpoints;

/// <summary>Whether the process lives, whether it can work, and its figures.</summary>
internal sealed class StatusEndpoints(IEntityStore store, MetricsText metrics, TimeProvider time) : IEndpointGroup
{
    private const string Plain = "text/plain; charset=utf-8";
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(2);

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapCalls("/", Call.Get(_ => Task.FromResult(Reply.Text("ControlPlane\n", Plain)), Role.Anyone));
        app.MapCalls("/healthz/live", Call.Get(_ => Task.FromResult(Reply.Text("live\n", Plain)), Role.Anyone));
        app.MapCalls("/healthz/ready", Call.Get(CheckReadyAsync));
        app.MapCalls("/metrics", Call.Get(_ => Task.FromResult(Reply.Text(metrics.Write(), "text/plain; version=0.0.4; charset=utf-8"))));
    }

    private async Task<Reply> CheckReadyAsync(HttpContext context)
    {
        using var deadline = new CancellationTokenSource(ReadyTimeout, time);
        var started = time.GetTimestamp();
        string? fault = null;
        try
        {
            await store.GetAsync(RegistryRows.Table, RegistryKinds.Backends.Partition, RegistryRows.Version, deadline.Token);
        }
        catch (Exception failure)
        {
            fault = failure is OperationCanceledException ? $"no answer within {ReadyTimeout.TotalSeconds:0} s" : failure.Message;
        }

        var check = new ReadyCheck("store", fault, Math.Round(time.GetElapsedTime(started).TotalMilliseconds, 1));
        return Reply.Json(
            new ReadyReport(fault is null ? "pass" : "fail", [check]),
            ControlPlaneJson.Default.ReadyReport,
            fault is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}

/// <summary>Whether requests can be served.</summary>
internal sealed record ReadyReport(string Status, IReadOnlyList<ReadyCheck> Checks);

/// <summary>One thing that has to work.</summary>
internal sealed record ReadyCheck(string Name, string? Fault, double DurationMs);
