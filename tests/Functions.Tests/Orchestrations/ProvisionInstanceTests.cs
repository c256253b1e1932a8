using ControlPlane.Durable.Client;
using ControlPlane.Durable.Embedded;
using ControlPlane.Durable.Model;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Orchestrations;
using ControlPlane.Infra.Sqlite;
using ControlPlane.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Functions.Tests.Orchestrations;

public sealed class ProvisionInstanceTests
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(1.5, "1.5")]
    [InlineData(5, "5")]
    [InlineData(12, "12 7 2")]
    public async Task Run_NeverServes_WaitsAsLongAsTheBootDeadlineSaysAndUndoesIt(double bootDeadlineSeconds, string patience)
    {
        var time = new FakeTimeProvider();
        List<string> waits = [];
        var failure = "";
        var registry = new OrchestrationRegistry(ControlPlaneJson.Default.Options)
            .AddOrchestrator<InstanceInput, InstanceOutcome>(Names.ProvisionInstance, ProvisionInstance.RunAsync)
            .AddActivity<InstanceInput, InstanceOutcome>(Names.LeaseSlot, (_, _, _) => Task.FromResult(InstanceOutcome.Pending))
            .AddActivity<InstanceInput, TimeSpan>(Names.CreateInstance, (_, _, _) => Task.FromResult(TimeSpan.FromSeconds(bootDeadlineSeconds)))
            .AddActivity<InstanceInput, InstanceOutcome>(Names.AwaitServing, (_, input, _) =>
            {
                var wait = input.Patience!.Value;
                waits.Add($"{wait.TotalSeconds:0.#}");
                time.Advance((wait < LongestWait ? wait : LongestWait) + TimeSpan.FromMilliseconds(1));
                return Task.FromResult(InstanceOutcome.Pending);
            })
            .AddActivity<InstanceInput, InstanceOutcome>(Names.DismantleInstance, (_, input, _) =>
            {
                failure = input.Failure;
                return Task.FromResult(InstanceOutcome.Failed);
            });

        var output = await RunAsync(registry, time);

        Assert.Equal(patience, string.Join(" ", waits));
        Assert.Equal(("it did not serve before its boot deadline", "\"Failed\""), (failure, output));
    }

    private static async Task<string?> RunAsync(OrchestrationRegistry registry, TimeProvider time)
    {
        var folder = Directory.CreateTempSubdirectory("controlplane-test-");
        await using var file = SqliteFile.Open(Path.Combine(folder.FullName, "state.db"));
        await using var engine = new EmbeddedEngine(
            new SqliteOrchestrationStore(file), registry, new() { Retention = null }, time, NullLogger<EmbeddedEngine>.Instance);
        engine.Start();
        await engine.Client.StartAsync(Names.ProvisionInstance, new InstanceInput("demo", "demo-1"), "provision");
        var instance = await engine.Client.WaitForCompletionAsync("provision", TimeSpan.FromSeconds(60));
        await engine.StopAsync(TimeSpan.FromSeconds(60));
        folder.Delete(recursive: true);
        return instance.Output;
    }
}
