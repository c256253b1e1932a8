using ControlPlane.Bench.Autoscaling.Optimum;
using ControlPlane.Bench.Autoscaling.Rivals;
using ControlPlane.Bench.Autoscaling.Simulation;
using ControlPlane.Bench.Autoscaling.Traces;
using ControlPlane.Core.Scaling;

var setting = new Setting();
foreach (var file in TraceFolder.Files(args[0], args.Length > 1 ? args[1] : null))
{
    var clock = System.Diagnostics.Stopwatch.StartNew();
    var work = TraceFolder.Read(file, setting);
    var initial = 1 + (int)(work.Jobs.TakeWhile(j => j.Arrival < 40).Sum(j => j.Length) / 40.0 / 4);
    var best = OfflineOptimum.Solve(work, setting, initial);
    double days = work.Steps / 2880.0;
    Console.WriteLine($"{work.Name} jobs {work.Jobs.Count} days {days:0.0} work {work.Jobs.Sum(j => (long)j.Length) / 4.0 / 120:0} opt {best.BilledSteps / 120.0:0} mean {best.BilledSteps / (double)work.Steps:0.00} peak {best.Ready.Max()} changes/d {best.Ready.Zip(best.Ready.Skip(1), (x, y) => x == y ? 0 : 1).Sum() / days:0} in {clock.Elapsed.TotalSeconds:0.0} s");
    IContender[] all = [.. AllocateStrategies.Names.Select(n => new ProductStrategy(AllocateStrategies.Find(n)!, work, setting)), new HpaRule(), new KedaQueueRule("KEDA", 5), new KedaQueueRule("KEDA tuned", 12), new AzureRule(), new SeedRule(), new StaticCount(7), new StaticCount(8), new StaticCount(9), new StaticCount(10), new StaticCount(12)];
    if (Environment.GetEnvironmentVariable("ONLY") is { } x1) all = [.. all.Where(a => a.Name == x1)];
    foreach (var c in all)
    {
        clock.Restart();
        var o = Simulator.Play(work, setting, c, initial);
        Console.WriteLine($"  {o.Contender,-22} over {100.0 * o.BilledSteps / best.BilledSteps - 100,7:0.0} %  late {100.0 * o.Late / work.Jobs.Count,7:0.000} %  actions/d {o.Actions / days,6:0.0}  killed {o.Killed} boot {100.0*o.BootingSteps/best.BilledSteps:0.0} leave {100.0*o.LeavingSteps/best.BilledSteps:0.0}  {clock.Elapsed.TotalSeconds:0.0} s");
    }
}
