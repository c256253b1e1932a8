using ControlPlane.TestKit;

namespace ControlPlane.Bench.Orchestrations;

/// <summary>Measures all of it in turn and prints what was measured. The last line is for programs to read.</summary>
internal static class Report
{
    private const int LongHistory = 1_000;
    private const int Starts = 9;
    private const int Megabyte = 1_000_000;

    public static async Task WriteAsync(string product, string empty, bool hasAzurite)
    {
        var turns = WriteTurns();
        var orchestrations = await WriteOrchestrationsAsync();
        var folder = Directory.CreateTempSubdirectory("bench-");
        try
        {
            await using var azurite = hasAzurite ? await Azurite.StartAsync() : null;
            Console.WriteLine(azurite is null ? "storage of the package: none, a closed port (Azurite is not installed)" : "storage of the package: Azurite");
            var package = new PackageBench(product, empty, azurite?.ConnectionString ?? ClosedStorage(), folder.FullName);
            var starts = await WriteStartsAsync(package);
            var idle = await WriteIdleAsync(package);
            Console.WriteLine(
                $"RESULT orchestrations_per_s={orchestrations:0} turn_1000_ms={turns[LongHistory].Time.TotalMilliseconds:0.000} "
                + $"first_answer_ms={starts.Product.Answer.TotalMilliseconds:0} idle_mb={(double)idle.Product / Megabyte:0.0} "
                + $"turns_10_per_s={turns[10].PerSecond:0} turns_100_per_s={turns[100].PerSecond:0} turns_1000_per_s={turns[LongHistory].PerSecond:0} "
                + $"first_answer_cpu_ms={starts.Product.Processor.TotalMilliseconds:0} "
                + $"empty_first_answer_ms={starts.Empty.Answer.TotalMilliseconds:0} empty_first_answer_cpu_ms={starts.Empty.Processor.TotalMilliseconds:0} empty_idle_mb={(double)idle.Empty / Megabyte:0.0}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Dictionary<int, TurnBench.Measured> WriteTurns()
    {
        var measured = new Dictionary<int, TurnBench.Measured>();
        foreach (var events in new[] { 10, 100, LongHistory })
        {
            var turn = measured[events] = new TurnBench(events).Run();
            Console.WriteLine($"history of {events,5} events: one turn {turn.Time.TotalMilliseconds,7:0.000} ms, {turn.PerSecond,8:0} turns/s on {Environment.ProcessorCount} cores");
        }

        return measured;
    }

    private static async Task<double> WriteOrchestrationsAsync()
    {
        List<double> rates = [];
        for (var round = 1; round <= 5; round++)
        {
            var measured = await EngineBench.RunAsync(orchestrations: 4_000, concurrent: 512);
            rates.Add(measured.OrchestrationsPerSecond);
            Console.WriteLine($"round {round}: {rates[^1]:0} orchestrations/s, {rates[^1] * 2:0} turns/s, {measured.WorkPerCommit:0.0} pieces of work a commit");
        }

        Console.WriteLine("not measured here: Durable Task Framework's in-memory emulator, about 1,300 orchestrations/s on a machine like this, without durability");
        return Median.Of(rates);
    }

    private static async Task<PackageBench.Pair<PackageBench.Start>> WriteStartsAsync(PackageBench package)
    {
        var starts = await package.StartAsync(Starts);
        foreach (var (name, start) in new[] { ("package", starts.Product), ("empty ASP.NET Core app", starts.Empty) })
            Console.WriteLine($"exec to first answer, median of {Starts}: {name} {start.Answer.TotalMilliseconds:0} ms, of processor time {start.Processor.TotalMilliseconds:0} ms");
        return starts;
    }

    private static async Task<PackageBench.Pair<long>> WriteIdleAsync(PackageBench package)
    {
        var idle = await package.IdleAsync();
        Console.WriteLine($"resident when idle: package {(double)idle.Product / Megabyte:0.0} MB, empty ASP.NET Core app {(double)idle.Empty / Megabyte:0.0} MB");
        return idle;
    }

    private static string ClosedStorage() =>
        $"AccountName=devstoreaccount1;AccountKey={Azurite.AccountKey};TableEndpoint=http://127.0.0.1:{Handler.FreePort()}/devstoreaccount1";
}
