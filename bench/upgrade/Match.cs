using System.Globalization;
using Demo.Upgrade;

namespace ControlPlane.Bench.Upgrade;

/// <summary>Plays every mode in turn, and the plain pipe in alternation with the cold mode, and prints what came of it.</summary>
internal sealed class Match(Options options)
{
    private const string Settings = """
        select string_agg(name || '=' || current_setting(name), ' ' order by name) from pg_settings
        where name in ('fsync', 'full_page_writes', 'max_wal_size', 'server_version', 'shared_buffers', 'synchronous_commit', 'wal_level')
        """;

    private readonly List<Outcome> _outcomes = [];
    private readonly List<TimeSpan> _pipes = [];

    /// <summary>Exit code 0 only if nothing was lost and nothing failed.</summary>
    public async Task<int> PlayAsync(CancellationToken cancellation)
    {
        await using var postgres = await PrivatePostgres.StartAsync(cancellation, "wal_level=logical");
        Console.WriteLine($"PostgreSQL: {await postgres.SqlAsync(Settings, "postgres", cancellation)}");
        Console.WriteLine("MariaDB: not measured. Upgrades do not know it yet.");
        var data = new Data(postgres);
        var size = await data.MakeAsync(options.Gigabytes, cancellation);
        Say($"database: {size:0.000} GB, indexes included; {options.Rounds} rounds\n");
        Console.WriteLine(Outcome.Heading);
        for (var round = 1; round <= options.Rounds; round++)
        {
            foreach (var mode in Mode.All)
                await PlayAsync(postgres, data, mode, round, cancellation);
        }

        new Report(_outcomes, _pipes, size).Write();
        return _outcomes.All(outcome => outcome.IsGood) ? 0 : 1;
    }

    private async Task PlayAsync(PrivatePostgres postgres, Data data, Mode mode, int round, CancellationToken cancellation)
    {
        var shop = await data.CloneAsync(string.Create(CultureInfo.InvariantCulture, $"shop{_outcomes.Count + 1}"), cancellation);
        var isPipeFirst = round % 2 == 1;
        if (mode == Mode.ColdDump && isPipeFirst)
            await PipeAsync(data, shop, cancellation);
        var outcome = await new Trial(options.ControlPlane, postgres, mode).RunAsync(shop, cancellation);
        _outcomes.Add(outcome);
        Console.WriteLine(outcome);
        Console.WriteLine($"  pause, in ms: {outcome.Steps}");
        foreach (var failure in outcome.Failures.Take(5))
            Console.WriteLine($"  failed: {failure}");
        if (mode == Mode.ColdDump && !isPipeFirst)
            await PipeAsync(data, shop, cancellation);
        await data.DropAsync(cancellation, shop.Database, outcome.Upgrade.NewDatabase!);
    }

    private async Task PipeAsync(Data data, Shop shop, CancellationToken cancellation)
    {
        _pipes.Add(await data.PipeAsync(shop.Database, cancellation));
        Say($"pg_dump | psql  {_pipes[^1].TotalSeconds:0.00} s");
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
