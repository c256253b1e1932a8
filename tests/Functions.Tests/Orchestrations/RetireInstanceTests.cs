using ControlPlane.Durable.Client;
using ControlPlane.Durable.Embedded;
using ControlPlane.Durable.Model;
using ControlPlane.Functions.Http;
using ControlPlane.Functions.Orchestrations;
using ControlPlane.Infra.Sqlite;
using ControlPlane.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Functions.Tests.Orchestrations;

/// <summary>An instance whose job takes hours, on a clock of the test's own.</summary>
public sealed class RetireInstanceTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("controlplane-test-");
    private readonly FakeTimeProvider _time = new();
    private EmbeddedEngine? _engine;
    private int _generations;
    private int _looks;
    private int _dismantled;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(RetireInstance.RoundsPerGeneration, 4)]
    [InlineData(null, 1)]
    public async Task Run_LongDrain_EmptiesItsHistoryNowAndThenAndTakesTheInstanceApartOnce(int? rounds, int generations)
    {
        var output = await RunAsync(rounds, look => Task.FromResult(look > 180 ? 0 : 1));

        Assert.Equal(("\"Gone\"", generations, 181, 1), (output, _generations, _looks, _dismantled));
    }

    [Fact]
    public async Task Run_CalledBackInALaterGeneration_ComesBack()
    {
        var output = await RunAsync(RetireInstance.RoundsPerGeneration, async look =>
        {
            if (look == 120)
                await _engine!.Client.RaiseEventAsync("retire", Names.CancelEvent, true);
            return 1;
        });

        Assert.Equal(("\"CalledBack\"", 0), (output, _dismantled));
        Assert.InRange(_looks, 120, 121);
    }

    private async Task<string?> RunAsync(int? rounds, Func<int, Task<int>> countJobs)
    {
        var registry = new OrchestrationRegistry(ControlPlaneJson.Default.Options)
            .AddOrchestrator<InstanceInput, InstanceOutcome>(Names.RetireInstance, RetireInstance.RunAsync)
            .AddActivity<InstanceInput, InstanceOutcome>(Names.BeginDrain, (_, _, _) => Count(ref _generations, InstanceOutcome.Pending))
            .AddActivity<InstanceInput, DrainProgress>(Names.CheckDrain, async (_, _, _) => new(await countJobs(++_looks), DateTimeOffset.MaxValue))
            .AddActivity<InstanceInput, InstanceOutcome>(Names.CancelDrain, (_, _, _) => Task.FromResult(InstanceOutcome.CalledBack))
            .AddActivity<InstanceInput, InstanceOutcome>(Names.DismantleInstance, (_, _, _) => Count(ref _dismantled, InstanceOutcome.Gone));
        await using var file = SqliteFile.Open(Path.Combine(_folder.FullName, "state.db"));
        await using var engine = _engine = new EmbeddedEngine(
            new SqliteOrchestrationStore(file), registry, new() { Retention = null }, _time, NullLogger<EmbeddedEngine>.Instance);
        engine.Start();
        await engine.Client.StartAsync(Names.RetireInstance, new InstanceInput("demo", "demo-1", Rounds: rounds), "retire");
        var ending = engine.Client.WaitForCompletionAsync("retire", TimeSpan.FromHours(24));
        while (!ending.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(ending, Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System));
        }

        var instance = await ending;
        await engine.StopAsync(TimeSpan.FromSeconds(60));
        return instance.Output;
    }

    private static Task<InstanceOutcome> Count(ref int counter, InstanceOutcome outcome)
    {
        counter++;
        return Task.FromResult(outcome);
    }
}
