using System.Text.Json;
using ControlPlane.Core.Problems;
using ControlPlane.Durable.Client;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Orchestrations;
using ControlPlane.Functions.Registry;

namespace ControlPlane.Functions.Alerts;

/// <summary>
/// Takes alerts in: those that some rule is for are the input of an orchestration that is stored before the sender is
/// answered. Alerts that come again while they are being handled have the same orchestration.
/// </summary>
internal sealed partial class AlertInbox(RegistryFeed feed, IOrchestrationClient orchestrations, TimeProvider time, ILogger<AlertInbox> log)
{
    /// <summary>The most that one webhook may mean to all groups together.</summary>
    private const int MaxDeliveries = 5000;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly ILogger<AlertInbox> _log = log;

    public async Task<Result<AlertReceipt>> TakeAsync(IReadOnlyList<Alert> alerts, CancellationToken cancellation)
    {
        if (alerts.Count == 0)
            return new AlertReceipt(0, 0, 0);
        if (await KnowRulesAsync(cancellation) is { } unknown)
            return unknown;
        var matches = alerts.Select(alert => AlertRules.Match(alert, feed.Current.Monitors).ToList()).ToList();
        var deliveries = matches.SelectMany(match => match).OrderBy(delivery => delivery.Monitor, StringComparer.Ordinal).ToList();
        if (deliveries.Count > MaxDeliveries)
            return Problem.Invalid("alerts", $"match rules {deliveries.Count} times over all groups. At most {MaxDeliveries} are taken at once: send fewer alerts, or match more labels.");
        if (await StoreAsync(deliveries, cancellation) is { } problem)
            return problem;
        return new AlertReceipt(
            alerts.Count,
            matches.Count(match => match.Count > 0),
            deliveries.Select(delivery => delivery.Monitor).Distinct(StringComparer.Ordinal).Count());
    }

    private async Task<Problem?> KnowRulesAsync(CancellationToken cancellation)
    {
        try
        {
            await feed.RefreshAsync(cancellation);
            return null;
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            return NotStored(failure);
        }
    }

    private async Task<Problem?> StoreAsync(IEnumerable<AlertDelivery> deliveries, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        try
        {
            foreach (var chunk in deliveries.Chunk(AlertBatch.MaxDeliveries))
            {
                var hash = AlertIdentity.Hash(JsonSerializer.Serialize(chunk, ControlPlaneJson.Default.AlertDeliveryArray));
                await orchestrations.StartAsync(Names.HandleAlerts, new AlertBatch(now, chunk), Names.AlertsId(hash), cancellation);
            }

            return null;
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            return NotStored(failure);
        }
    }

    /// <summary>Azure Monitor sends again after 408, 429, 503 and 504, and after no other answer.</summary>
    private Problem NotStored(Exception failure)
    {
        LogNotStored(failure);
        return new Problem(ProblemCodes.NotStored, "The alerts could not be stored, so they were not taken. Send them again.") { RetryAfter = RetryAfter };
    }

    [LoggerMessage(1421, LogLevel.Warning, "Alerts could not be stored; their sender was asked to send them again")]
    private partial void LogNotStored(Exception failure);
}
