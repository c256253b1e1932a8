using ControlPlane.Bench.Autoscaling;
using ControlPlane.Bench.Autoscaling.Report;
using ControlPlane.Bench.Autoscaling.Traces;

var options = Options.Parse(args);
if (options is null)
{
    Console.Error.WriteLine(Options.Usage);
    return 2;
}

var files = TraceFolder.Files(options.Traces, options.Only);
if (files.Count == 0)
{
    Console.Error.WriteLine($"There is no trace in {options.Traces}{(options.Only is null ? "" : $" whose name contains \"{options.Only}\"")}.");
    return 2;
}

Directory.CreateDirectory(options.Charts);
var setting = World.Setting;
var reports = new List<TraceReport>();
foreach (var file in files)
{
    Console.Error.WriteLine($"reading {Path.GetFileName(file)}");
    var report = Match.Play(TraceFolder.Read(file, setting), setting, Console.Error.WriteLine);
    reports.Add(report);
    Table.Print(report, Console.Out);
    Console.WriteLine(Verdict.Of(report));
    File.WriteAllText(Path.Combine(options.Charts, report.Workload.Name + ".svg"), Chart.Draw(report));
}

Console.WriteLine($"\nCharts: {options.Charts}");
Console.WriteLine(ResultLine.Of(reports));
return 0;
