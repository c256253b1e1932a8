using System.Globalization;

namespace ControlPlane.Bench.Groups;

/// <summary>What one phase has cost.</summary>
/// <param name="Name">The phase.</param>
/// <param name="Looks">Looks at groups.</param>
/// <param name="Stored">Of these, how many stored a decision.</param>
/// <param name="LagP50Ms">Half of the looks came no later.</param>
/// <param name="LagP99Ms">99 of 100 came no later.</param>
/// <param name="ProcessorPct">The processor time of the control plane, of all cores.</param>
/// <param name="ResidentMb">Its memory at the end, in millions of bytes.</param>
/// <param name="Turns">Turns of orchestrations.</param>
/// <param name="EntityReads">Reads of the entity store, single rows and pages.</param>
/// <param name="EntityWrites">Transactions of the entity store.</param>
/// <param name="Writes">Transactions of both stores, of entities and of orchestrations.</param>
/// <param name="Seconds">How long it was.</param>
internal sealed record Phase(
    string Name, double Looks, double Stored, double LagP50Ms, double LagP99Ms, double ProcessorPct, double ResidentMb,
    double Turns, double EntityReads, double EntityWrites, double Writes, double Seconds)
{
    private const string Operations = "controlplane_entities_operations_total";

    public double WritesPerMinute => Writes / Seconds * 60;

    public double TurnsPerLook => Turns / Math.Max(1, Looks);

    public double OperationsPerLook => (EntityReads + EntityWrites) / Math.Max(1, Looks);

    public static async Task<Phase> MeasureAsync(string name, ControlPlaneProcess process, HttpClient client, TimeSpan length)
    {
        var before = await Figures.ReadAsync(process, client);
        await Task.Delay(length, TimeProvider.System);
        var after = await Figures.ReadAsync(process, client);

        double Rise(string metric, string label = "") => after.Sum(metric, label) - before.Sum(metric, label);
        var seconds = (after.At - before.At).TotalSeconds;
        return new(
            name,
            Rise("controlplane_looks_total"),
            Rise("controlplane_looks_total", "stored"),
            after.LatenessMs(before, 0.5),
            after.LatenessMs(before, 0.99),
            (after.ProcessorTime - before.ProcessorTime).TotalSeconds / seconds / Environment.ProcessorCount * 100,
            after.ResidentBytes / 1e6,
            Rise("controlplane_orchestrator_turns_total", "WatchGroup"),
            Rise(Operations, "operation=\"get\"") + Rise(Operations, "operation=\"query\""),
            Rise(Operations, "operation=\"commit\""),
            Rise("controlplane_sqlite_commit_size_sum"),
            seconds);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name,-34} {Looks / Seconds,8:0.0} {Stored / Seconds,8:0.0} {LagP50Ms,8:0} {LagP99Ms,8:0} {ProcessorPct,7:0.0} {ResidentMb,7:0} {WritesPerMinute,10:0} {TurnsPerLook,8:0.00} {OperationsPerLook,8:0.00}");

    public static string Heading =>
        $"{"",-34} {"looks/s",8} {"stored/s",8} {"p50 ms",8} {"p99 ms",8} {"cpu %",7} {"MB",7} {"writes/min",10} {"turns/lk",8} {"ops/lk",8}";
}
