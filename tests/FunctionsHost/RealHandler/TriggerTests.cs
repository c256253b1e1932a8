using System.Net;
using System.Text;
using ControlPlane.Durable.Protocol;
using ControlPlane.FunctionsHost.Management;
using ControlPlane.FunctionsHost.Tests;

namespace ControlPlane.FunctionsHost.RealHandler;

/// <summary>What wakes a group besides its load.</summary>
public sealed class TriggerTests
{
    [Fact]
    public async Task Group_ScaledByHand_HasSoManyUntilItIsTakenBack()
    {
        await using var site = await RealSite.ServeAsync();
        await site.AddMonitorAsync("g", 1, 2);
        await site.ReadyAsync("g", 1, "at first");

        await PostAsync(site, "v1/groups/g:scale", """{"count":2,"reason":"a test"}""", HttpStatusCode.Accepted);
        await site.ReadyAsync("g", 2, "scaled by hand");
        await PostAsync(site, "v1/groups/g:unscale", "", HttpStatusCode.NoContent);
        await site.ReadyAsync("g", 1, "taken back");

        Assert.Empty(site.Host.Notes.Complaints);
    }

    [Fact]
    public async Task Alerts_OfNoRule_AreTaken()
    {
        await using var site = await RealSite.ServeAsync(options => options with { RunsTimers = false });

        await PostAsync(site, "v1/alerts/alertmanager?code=master-key", """{"version":"4","alerts":[{"status":"firing","labels":{},"startsAt":"2026-01-31T12:00:00Z"}]}""", HttpStatusCode.Accepted);

        Assert.Empty(site.Host.Hub.Instances);
    }

    /// <summary>The orchestration that a webhook starts runs under the extension, and wakes the watch of the group.</summary>
    [Fact]
    public async Task Alerts_Stored_AreHandled()
    {
        const string batch = """
            {"receivedAt":"2026-01-31T12:00:00Z","deliveries":[{"monitor":"g","tag":"g","rule":"none","fingerprint":"f","title":"t","startsAt":"2026-01-31T12:00:00Z","isResolved":false}]}
            """;
        await using var site = await RealSite.ServeAsync();
        await site.AddMonitorAsync("g", 1, 1);
        await site.ReadyAsync("g", 1, "at first");

        await PostAsync(site, $"{ManagementApi.Root}/orchestrators/HandleAlerts/alerts:1?code=durable%2Fsystem%2Bkey%3D%3D", batch, HttpStatusCode.Accepted);

        await Wait.UntilAsync(
            () => site.Host.Hub.Instances.Any(instance => instance is { Id: "alerts:1", Status: OrchestrationStatus.Completed }),
            () => $"the alerts to be handled\n{site.Describe()}");
        Assert.Empty(site.Host.Notes.Complaints);
    }

    private static async Task PostAsync(RealSite site, string path, string json, HttpStatusCode status)
    {
        using var body = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await site.Client.PostAsync(path, body);
        Assert.True(answer.StatusCode == status, $"{path} answered {answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}\n{site.Describe()}");
    }
}
