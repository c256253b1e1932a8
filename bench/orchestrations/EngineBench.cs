using System.Diagnostics;
using System.Diagnostics.Metrics;
using ControlPlane.Durable.Embedded;
using ControlPlane.Durable.Model;
using ControlPlane.Infra.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Bench.Orchestrations;

/// <summary>How many short orchestrations, of one activity each, the engine completes in a second, each step on disk.</summary>
internal static class EngineBench
{
    public static async Task<Measured> RunAsync(int orchestrations, int concurrent)
    {
        var folder = Directory.CreateTempSubdirectory("bench-");
        try
        {
            await using var file = SqliteFile.Open(Path.Combine(folder.FullName, "state.db"));
            return await RunAsync(file, orchestrations, concurrent);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<Measured> RunAsync(SqliteFile file, int orchestrations, int concurrent)
    {
        var finished = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var registry = new OrchestrationRegistry()
            .AddActivity<int, int>("One", (_, number, _) => Task.FromResult(number))
            .AddOrchestrator<int, int>("Short", (context, number) => context.CallActivity<int>("One", number));
        var store = new CountingStore(new SqliteOrchestrationStore(file), () =>
        {
            if (Interlocked.Increment(ref finished) == orchestrations)
                all.SetResult();
        });
        await using var engine = new EmbeddedEngine(store, registry, new(), TimeProvider.System, NullLogger<EmbeddedEngine>.Instance);
        using var commits = new CommitCounter();
        engine.Start();

        var started = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, orchestrations),
            new ParallelOptions { MaxDegreeOfParallelism = concurrent },
            async (number, cancellation) => await engine.Client.StartAsync("Short", number, $"bench-{number}", cancellation));
        await all.Task;
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return new(orchestrations / seconds, commits.PiecesPerCommit);
    }

    /// <summary>One round.</summary>
    internal sealed record Measured(double OrchestrationsPerSecond, double WorkPerCommit);

    private sealed class CommitCounter : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _commits;
        private long _pieces;

        public CommitCounter()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "controlplane.sqlite.commit.size")
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<int>((_, pieces, _, _) =>
            {
                Interlocked.Increment(ref _commits);
                Interlocked.Add(ref _pieces, pieces);
            });
            _listener.Start();
        }

        public double PiecesPerCommit => (double)_pieces / _commits;

        public void Dispose() => _listener.Dispose();
    }
}
