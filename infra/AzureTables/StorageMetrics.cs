using System.Diagnostics;
using System.Diagnostics.Metrics;
using Azure.Core;
using Azure.Core.Pipeline;

namespace ControlPlane.Infra.AzureTables;

/// <summary>Counts and times each try of a storage operation, for the meter "ControlPlane.AzureTables".</summary>
internal sealed class StorageMetrics : HttpPipelinePolicy, IDisposable
{
    private readonly Meter _meter = new("ControlPlane.AzureTables");
    private readonly Counter<long> _operations;
    private readonly Histogram<double> _seconds;

    public StorageMetrics()
    {
        _operations = _meter.CreateCounter<long>(
            "controlplane.tables.operations", "{operation}", "Storage operations, repetitions included: what the account is billed for.");
        _seconds = _meter.CreateHistogram<double>("controlplane.tables.duration", "s", "Time until the answer to one storage operation.");
    }

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var started = Stopwatch.GetTimestamp();
        var status = 0;
        try
        {
            await ProcessNextAsync(message, pipeline);
            status = message.Response.Status;
        }
        finally
        {
            var operation = new KeyValuePair<string, object?>("operation", Operation(message.Request));
            _operations.Add(1, operation, new("status", status));
            _seconds.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, operation);
        }
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("Tables are spoken to asynchronously only.");

    public void Dispose() => _meter.Dispose();

    private static string Operation(Request request)
    {
        var path = request.Uri.Path;
        return request.Method.Method switch
        {
            "GET" => path.EndsWith("()", StringComparison.Ordinal) ? "query" : "get",
            "PUT" or "PATCH" => "write",
            "DELETE" => "delete",
            _ when path.EndsWith("$batch", StringComparison.Ordinal) => "transaction",
            _ when path.EndsWith("/Tables", StringComparison.Ordinal) => "create_table",
            _ => "add",
        };
    }
}
