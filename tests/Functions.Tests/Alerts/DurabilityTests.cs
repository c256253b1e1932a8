using ControlPlane.Core.Problems;
using ControlPlane.Core.Scaling.Policies;
using ControlPlane.Durable.Client;
using ControlPlane.Durable.Embedded;
using ControlPlane.Functions.Alerts;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Registry;
using ControlPlane.Functions.Tests.Site;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Functions.Tests.Alerts;

public sealed class DurabilityTests : IDisposable
{
    private static readonly AlertRule Rule = new() { Name = "r", Labels = new Dictionary<string, string> { ["alertname"] = "QueueIsLong" }, AtLeast = 4 };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("controlplane-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Nothing runs any more when the answer goes out: as after a crash, only what is stored is left.</summary>
    [Fact]
    public async Task Alert_NotHandledWhenTheProcessEnds_IsHandledByTheNext()
    {
        await using (var host = await TestHost.StartOnAsync(_folder.FullName))
        {
            var group = await AlertGroup.AddAsync(host, "g", Rule);
            await host.Get<EmbeddedEngine>().StopAsync(TimeSpan.FromSeconds(30));

            Assert.Equal((1, 1, 1), await AlertGroup.AlertAsync(host, "alertmanager", Samples.Alertmanager));
            Assert.Equal((1, 1, 1), await AlertGroup.AlertAsync(host, "azure-monitor", Samples.AzureMonitor));

            Assert.Empty(await group.DemandsAsync());
        }

        await using var again = await TestHost.StartOnAsync(_folder.FullName);

        await Soon.TrueAsync(async () => (await AlertGroup.Of(again, "g").DemandsAsync()).Count == 2, "both alerts");
        await AlertGroup.Of(again, "g").DecidedAsync("alert", 4);
    }

    [Fact]
    public async Task Alert_ThatCannotBeStored_IsToBeSentAgain()
    {
        await using var host = await TestHost.StartOnAsync(_folder.FullName);
        await AlertGroup.AddAsync(host, "g", Rule);
        var inbox = new AlertInbox(host.Get<RegistryFeed>(), new OutOfOrder(), TimeProvider.System, NullLogger<AlertInbox>.Instance);

        var result = await inbox.TakeAsync([new Alert("f", "t", default, false, Rule.Labels)], default);

        Assert.Equal((ProblemCodes.NotStored, 503), (result.Problem?.Code, ProblemAnswer.StatusOf(result.Problem!)));
        Assert.NotNull(result.Problem!.RetryAfter);
    }

    /// <summary>Orchestrations whose store cannot be reached.</summary>
    private sealed class OutOfOrder : IOrchestrationClient
    {
        public Task<StartOutcome> StartAsync(string orchestrator, object? input, string instanceId, CancellationToken cancellation = default) => throw new IOException();

        public Task<SignalOutcome> RaiseEventAsync(string instanceId, string name, object? payload = null, CancellationToken cancellation = default) => throw new IOException();

        public Task<SignalOutcome> TerminateAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) => throw new IOException();

        public Task<SignalOutcome> SuspendAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) => throw new IOException();

        public Task<SignalOutcome> ResumeAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) => throw new IOException();

        public Task<OrchestrationInstance?> GetAsync(string instanceId, CancellationToken cancellation = default) => throw new IOException();

        public Task<OrchestrationPage> QueryAsync(OrchestrationQuery query, CancellationToken cancellation = default) => throw new IOException();

        public Task<PurgeOutcome> PurgeAsync(string instanceId, CancellationToken cancellation = default) => throw new IOException();
    }
}
