using System.Globalization;

namespace ControlPlane.Bench.Groups;

/// <summary>Plays the phases in turn and prints what they cost. The last line is for programs to read.</summary>
internal sealed class Report(Options options, string folder)
{
    private const int SpikedGroups = 40, SpikesAtOnce = 4;

    /// <summary>After the first looks, which are stored; the groups fall asleep in the time after it.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(12);

    /// <summary>Long enough for two looks of each group, whose sleeps have become 10 s and 20 s.</summary>
    private static readonly TimeSpan Drowsy = TimeSpan.FromSeconds(38);

    private static readonly TimeSpan Ramp = TimeSpan.FromSeconds(15);

    private readonly TimeSpan _phase = TimeSpan.FromMinutes(options.Minutes / 3);

    public async Task WriteAsync()
    {
        var profiles = Path.Combine(folder, "profiles");
        Directory.CreateDirectory(profiles);
        await File.WriteAllTextAsync(Path.Combine(profiles, "bench.yaml"), """
            health:
              path: /health
              intervalSeconds: 10
            load:
              path: /instance/resource
              intervalSeconds: 10
              staleAfterSeconds: 30
            """);

        await using var engines = await Engines.StartAsync();
        Phase drowsy, calm, busy, fixedPeriod;
        List<double> wakes;
        await using (var process = await StartAsync(profiles))
        {
            using var client = ClientOf(process);
            var site = new Site(client, engines, options);
            await site.AddBackendsAsync();
            await site.AddMonitorsAsync();
            await Task.Delay(Settle, TimeProvider.System);
            Console.WriteLine();
            Console.WriteLine(Phase.Heading);
            drowsy = await MeasureAsync("all calm, falling asleep", process, client, Drowsy);
            calm = await MeasureAsync("all calm, asleep", process, client, _phase);
            wakes = await SpikeAsync(site);
            engines.IsBusy = true;
            await Task.Delay(Ramp, TimeProvider.System);
            busy = await MeasureAsync("all busy, period 5 s", process, client, _phase);
        }

        engines.IsBusy = false;
        await using (var process = await StartAsync(profiles, "--longest-pause", "0"))
        {
            using var client = ClientOf(process);
            await Task.Delay(Ramp, TimeProvider.System);
            fixedPeriod = await MeasureAsync("all calm, as before (fixed period)", process, client, _phase);
        }

        var day = new CalmDay(drowsy, calm, options.Groups);
        WriteDays(day, fixedPeriod);
        var late = wakes.Order().ToList();
        Console.WriteLine(Text($"a queue wakes a calm group: {late.Count} groups, p50 {Quantile(late, 0.5):0} ms, p99 {Quantile(late, 0.99):0} ms until the decision"));
        Console.WriteLine(Text($"RESULT groups={options.Groups} lag_p99_ms={busy.LagP99Ms:0} cpu_pct={busy.ProcessorPct:0.0} writes_per_min={busy.WritesPerMinute:0} calm_turns_per_day={day.Turns:0} calm_store_ops_per_day={day.EntityReads + day.EntityWrites:0} wake_p99_ms={Quantile(late, 0.99):0} calm_cpu_pct={calm.ProcessorPct:0.0} calm_writes_per_min={calm.WritesPerMinute:0} before_cpu_pct={fixedPeriod.ProcessorPct:0.0} before_writes_per_min={fixedPeriod.WritesPerMinute:0} wake_p50_ms={Quantile(late, 0.5):0}"));
    }

    private static void WriteDays(CalmDay day, Phase fixedPeriod)
    {
        const double looksBefore = 86_400 / 5.0;
        Console.WriteLine();
        Console.WriteLine("a calm group, a day              looks    turns   entity reads  entity writes");
        Console.WriteLine(Text($"sleeping up to 15 min         {CalmDay.Looks,8:0} {day.Turns,8:0} {day.EntityReads,14:0} {day.EntityWrites,14:0}"));
        Console.WriteLine(Text($"looked at every 5 s           {looksBefore,8:0} {fixedPeriod.TurnsPerLook * looksBefore,8:0} {fixedPeriod.EntityReads / fixedPeriod.Looks * looksBefore,14:0} {fixedPeriod.EntityWrites / fixedPeriod.Looks * looksBefore,14:0}"));
    }

    private async Task<List<double>> SpikeAsync(Site site)
    {
        var wakes = new List<double>();
        var groups = Enumerable.Range(0, SpikedGroups).Select(number => number * options.Groups / SpikedGroups).Distinct();
        foreach (var some in groups.Chunk(SpikesAtOnce))
            wakes.AddRange(await site.SpikeAsync(some));
        return wakes;
    }

    private static async Task<Phase> MeasureAsync(string name, ControlPlaneProcess process, HttpClient client, TimeSpan length)
    {
        var phase = await Phase.MeasureAsync(name, process, client, length);
        Console.WriteLine(phase);
        return phase;
    }

    private Task<ControlPlaneProcess> StartAsync(string profiles, params string[] flags) =>
        ControlPlaneProcess.StartAsync(options.ControlPlane, Path.Combine(folder, "data"), profiles, flags);

    private static HttpClient ClientOf(ControlPlaneProcess process) => new() { BaseAddress = process.Address, Timeout = TimeSpan.FromMinutes(2) };

    private static double Quantile(List<double> sorted, double share) =>
        sorted.Count == 0 ? double.NaN : sorted[(int)Math.Ceiling(share * sorted.Count) - 1];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
