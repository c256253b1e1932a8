using ControlPlane.Durable.Client;
using ControlPlane.Functions.Orchestrations;
using ControlPlane.Functions.Registry;
using Microsoft.Extensions.Logging.Abstractions;
using Monitor = ControlPlane.Core.Monitors.Monitor;

namespace ControlPlane.Functions.Tests.Groups;

/// <summary>What is stored reaches the watch, whatever comes between.</summary>
public sealed class LostWakeTests
{
    [Fact]
    public async Task Change_CallerGoesOnceItIsStored_ReachesTheWatch()
    {
        await using var site = await QuietSite.StartAsync();
        using var leaves = new CancellationTokenSource();
        site.Get<Registry<Monitor>>().Changed += leaves.Cancel;

        await site.Get<MonitorBook>().ChangeAsync("w", null, monitor => monitor with { Min = 2 }, leaves.Token);

        Assert.True(leaves.IsCancellationRequested);
        Assert.NotNull(await site.Get<IOrchestrationClient>().GetAsync(Names.WatchId("w")));
    }

    [Fact]
    public async Task Wake_WatchCannotBeReached_IsWokenOnceWhenItCan()
    {
        await using var site = await QuietSite.StartAsync();
        var client = new Unsteady { IsDown = true };
        var watches = new Watches(client, NullLogger<Watches>.Instance);
        await watches.WakeAsync(site.Get<RegistryFeed>().Current.Monitors[0], CancellationToken.None);
        await watches.WakeOwedAsync(CancellationToken.None);
        Assert.Empty(client.Raised);

        client.IsDown = false;
        await watches.WakeOwedAsync(CancellationToken.None);
        await watches.WakeOwedAsync(CancellationToken.None);

        Assert.Equal([Names.WatchId("w")], client.Raised);
    }

    /// <summary>Orchestrations that cannot be reached for a time.</summary>
    private sealed class Unsteady : IOrchestrationClient
    {
        public bool IsDown { get; set; }

        public List<string> Raised { get; } = [];

        public Task<StartOutcome> StartAsync(string orchestrator, object? input, string instanceId, CancellationToken cancellation = default) =>
            IsDown ? throw new IOException() : Task.FromResult(StartOutcome.AlreadyRunning);

        public Task<SignalOutcome> RaiseEventAsync(string instanceId, string name, object? payload = null, CancellationToken cancellation = default)
        {
            if (IsDown)
                throw new IOException();
            Raised.Add(instanceId);
            return Task.FromResult(default(SignalOutcome));
        }

        public Task<SignalOutcome> TerminateAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) => throw new NotSupportedException();

        public Task<SignalOutcome> SuspendAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) => throw new NotSupportedException();

        public Task<SignalOutcome> ResumeAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) => throw new NotSupportedException();

        public Task<OrchestrationInstance?> GetAsync(string instanceId, CancellationToken cancellation = default) => throw new NotSupportedException();

        public Task<OrchestrationPage> QueryAsync(OrchestrationQuery query, CancellationToken cancellation = default) => throw new NotSupportedException();

        public Task<PurgeOutcome> PurgeAsync(string instanceId, CancellationToken cancellation = default) => throw new NotSupportedException();
    }
}
