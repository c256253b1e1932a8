using System.Text.Json;
using ControlPlane.Core.Json;
using ControlPlane.Core.Profiles;
using ControlPlane.Functions.Router;

namespace ControlPlane.Functions.Health;

/// <summary>
/// Asks each engine for its load in the background, so that a pick never has to. An engine that does not answer has no
/// sample, and is then not preferred for anything.
/// </summary>
internal sealed class LoadSampler(DestinationSet destinations, IHttpClientFactory clients, TimeProvider time) : BackgroundService
{
    /// <summary>A report is a few numbers. What is longer is none, and must not fill the memory.</summary>
    private const int LongestReport = 64 * 1024;

    /// <summary>As long as one that is registered may be.</summary>
    private const int LongestVersion = 128;

    /// <summary>A bound on sockets that are being connected: where many engines are down, each holds one until its timeout.</summary>
    private const int MostAtOnce = 512;

    private readonly SemaphoreSlim _room = new(MostAtOnce);

    public override void Dispose()
    {
        _room.Dispose();
        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => destinations.ForEachAsync(WatchAsync, stoppingToken);

    private async Task WatchAsync(Destination destination, CancellationToken gone)
    {
        await Task.Delay(Spread.Before(destination, destination.Profile.Load?.Interval ?? TimeSpan.Zero), time, gone);
        while (!gone.IsCancellationRequested)
        {
            var load = destination.Profile.Load;
            if (load is not null)
            {
                var sample = await InTurnAsync(destination, load, gone);
                destination.Sample = sample ?? destination.Sample;
                destination.IsReportFailing = sample is null;
            }

            await Task.Delay(load?.Interval ?? TimeSpan.FromMinutes(1), time, gone);
        }
    }

    private async Task<LoadSample?> InTurnAsync(Destination destination, LoadReport load, CancellationToken gone)
    {
        await _room.WaitAsync(gone);
        try
        {
            return await SampleAsync(destination, load, gone);
        }
        finally
        {
            _room.Release();
        }
    }

    private async Task<LoadSample?> SampleAsync(Destination destination, LoadReport load, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(load.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            using var client = clients.CreateClient(Probe.ClientName);
            client.MaxResponseContentBufferSize = LongestReport;
            var inFlight = destination.InFlight;
            var answer = await client.GetByteArrayAsync(new Uri(destination.Url + load.Path), either.Token);
            using var json = JsonDocument.Parse(answer);
            var root = json.RootElement;
            return new LoadSample(time.GetUtcNow(), root.GetProperty("totalCores").GetInt32(), root.GetProperty("totalTasks").GetInt32(), inFlight)
            {
                UsedMemory = Number(root, "totalUsedMemory"),
                TotalMemory = Number(root, "totalMemory"),
                Version = load.VersionPointer is { } pointer ? Version(JsonPointer.Find(root, pointer)) : null,
            };
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            // No sample is the answer: the engine may be down, or may not report its load at all.
            return null;
        }
    }

    private static double? Number(JsonElement report, string name) =>
        report.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number ? member.GetDouble() : null;

    private static string? Version(JsonElement? member) =>
        member is { ValueKind: JsonValueKind.String } text && text.GetString() is { Length: > 0 and <= LongestVersion } version ? version : null;
}
