using System.Security.Cryptography;
using System.Text.Json;
using ControlPlane.Core.Storage;
using ControlPlane.Functions.Http;

namespace ControlPlane.Functions.Router;

/// <summary>
/// Publishes every second what this router has in hand, one row for each router, and reads the rows of the others. An
/// idle router writes nothing: a row that is not renewed stops counting.
/// </summary>
internal sealed partial class RouterReports(
    IEntityStore store, Dispatcher dispatcher, WaitQueue queue, TimeProvider time, ILogger<RouterReports> log) : BackgroundService, IOtherRouters
{
    private const string Table = "routers";
    private const string Partition = "router";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CountsFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    private readonly string _row = RandomNumberGenerator.GetHexString(16, lowercase: true);
    private readonly ILogger<RouterReports> _log = log;

    public TimeSpan SettleTime { get; } = TimeSpan.FromSeconds(4);

    public async Task<IReadOnlyList<RouterReport>> ReadAsync(CancellationToken cancellation)
    {
        var reports = new List<RouterReport>();
        var now = time.GetUtcNow();
        await foreach (var entity in store.ReadAllAsync(Table, new EntityQuery(Partition), cancellation))
        {
            if (entity.Row != _row && now - entity.Updated < CountsFor)
                reports.Add(JsonSerializer.Deserialize(entity.Body, ControlPlaneJson.Default.RouterReport)!);
            else if (now - entity.Updated > KeptFor)
                await store.CommitAsync(Table, Partition, [new EntityChange.Delete(entity.Row, entity.ETag)], cancellation);
        }

        return reports;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wasIdle = true;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var report = Measure();
                if (!report.IsIdle || !wasIdle)
                    await PublishAsync(report, stoppingToken);
                wasIdle = report.IsIdle;
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogPublishFailed(failure);
            }

            await Task.Delay(Interval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private RouterReport Measure() => new(
        dispatcher.Table.All.Where(destination => destination.InFlight > 0).ToDictionary(destination => destination.Name, destination => destination.InFlight, StringComparer.Ordinal),
        queue.Measure());

    private async Task PublishAsync(RouterReport report, CancellationToken cancellation)
    {
        var body = JsonSerializer.Serialize(report, ControlPlaneJson.Default.RouterReport);
        await store.CommitAsync(Table, Partition, [new EntityChange.Upsert(_row, body)], cancellation);
    }

    [LoggerMessage(1302, LogLevel.Warning, "What this router has in hand could not be published; groups may look calmer than they are")]
    private partial void LogPublishFailed(Exception failure);
}
