using System.Security.Cryptography;
using System.Text.Json;
using ControlPlane.Core.Storage;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Router;

/// <summary>
/// Publishes every second what this router has in hand, and five times a second while an upgrade waits for that, one row for
/// each router; and reads the rows of the others. An idle router writes nothing: of a row that is not renewed, only the jobs
/// that have ended count.
/// </summary>
internal sealed partial class RouterReports(
    IEntityStore store, RouterLoad load, RegistryFeed feed, TimeProvider time, ILogger<RouterReports> log) : BackgroundService, IOtherRouters
{
    private const string Table = "routers";
    private const string Partition = "router";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan UpgradeInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan CountsFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    /// <summary>A router that had work and is silent for longer than this has gone, and its work with it.</summary>
    private static readonly TimeSpan MissedFor = TimeSpan.FromMinutes(1);

    /// <summary>How often jobs that begin and end between two reports are told.</summary>
    private static readonly TimeSpan QuietInterval = TimeSpan.FromSeconds(10);

    private readonly string _row = RandomNumberGenerator.GetHexString(16, lowercase: true);
    private readonly ILogger<RouterReports> _log = log;
    private RouterReport _published = RouterReport.Empty;
    private DateTimeOffset _publishedAt = time.GetUtcNow();
    private bool _isCountedOn;

    public TimeSpan SettleTime { get; } = TimeSpan.FromSeconds(4);

    // A look and a report, each within a fifth of a second of the one before, and a second for a store that is slow.
    public TimeSpan FirstReportTime { get; } = TimeSpan.FromSeconds(1.5);

    /// <summary>Nobody has to wait for a router that has ended in good order.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        var report = load.Measure();
        if (!_isCountedOn || report.InFlight.Count > 0)
            return;
        try
        {
            await PublishAsync(report.WithoutWork(isOverdue: false), cancellationToken);
        }
        catch (Exception failure)
        {
            LogPublishFailed(failure);
        }
    }

    public async Task<IReadOnlyList<RouterReport>> ReadAsync(CancellationToken cancellation)
    {
        var reports = new List<RouterReport>();
        var now = time.GetUtcNow();
        await foreach (var entity in store.ReadAllAsync(Table, new EntityQuery(Partition), cancellation))
        {
            var age = now - entity.Updated;
            if (age > KeptFor)
                await store.CommitAsync(Table, Partition, [new EntityChange.Delete(entity.Row, entity.ETag)], cancellation);
            else if (entity.Row != _row)
                reports.Add(Read(entity, age) with { At = entity.Updated, Router = entity.Row });
        }

        return reports;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ReportAsync(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                LogPublishFailed(failure);
            }

            var isCalm = feed.IsLoaded && !feed.Current.IsUpgrading;
            await Task.Delay(isCalm ? Interval : UpgradeInterval, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static RouterReport Read(Entity entity, TimeSpan age)
    {
        var report = JsonSerializer.Deserialize(entity.Body, ControlPlaneJson.Default.RouterReport)!;
        return age < CountsFor ? report : report.WithoutWork(isOverdue: !report.IsIdle && age <= MissedFor);
    }

    private async Task ReportAsync(CancellationToken cancellation)
    {
        var silence = time.GetUtcNow() - _publishedAt;

        // The row may be forgotten before it is written again. Whoever adds up would take all jobs of this router's life
        // for jobs of the moment.
        if (silence > KeptFor / 2)
            load.RestartCount();
        var report = load.Measure();
        var isOwed = silence >= QuietInterval && report.HasFinishedOther(_published);
        if (report.IsIdle && _published.IsIdle && !isOwed)
            return;
        if (feed.Current.IsUpgrading && silence < Interval && !report.IsAwaitedAfter(_published))
            return;

        // Also when it is not known to have been stored.
        _isCountedOn |= !report.IsIdle;
        await PublishAsync(report, cancellation);
        (_published, _publishedAt) = (report, time.GetUtcNow());
    }

    private async Task PublishAsync(RouterReport report, CancellationToken cancellation)
    {
        var body = JsonSerializer.Serialize(report, ControlPlaneJson.Default.RouterReport);
        await store.CommitAsync(Table, Partition, [new EntityChange.Upsert(_row, body)], cancellation);
    }

    [LoggerMessage(1302, LogLevel.Warning, "What this router has in hand could not be published; groups may look calmer than they are")]
    private partial void LogPublishFailed(Exception failure);
}
