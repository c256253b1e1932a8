using System.Globalization;
using ControlPlane.Bench.Orchestrations;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

foreach (var events in new[] { 10, 100, 1_000 })
    Console.WriteLine($"one turn over a history of {events,5} events: {TurnBench.MedianOf(events).TotalMilliseconds,8:0.000} ms");

List<double> rates = [];
for (var round = 1; round <= 5; round++)
{
    var measured = await EngineBench.RunAsync(orchestrations: 4_000, concurrent: 512);
    rates.Add(measured.OrchestrationsPerSecond);
    var rate = measured.OrchestrationsPerSecond;
    Console.WriteLine(
        $"round {round}: {rate:0} orchestrations/s, {rate * 2:0} turns/s, {measured.WorkPerCommit:0.0} pieces of work a commit");
}

rates.Sort();
var median = rates[rates.Count / 2];
var turn = TurnBench.MedianOf(1_000).TotalMilliseconds;
Console.WriteLine($"RESULT orchestrations_per_s={median:0} turns_per_s={median * 2:0} turn_1000_ms={turn:0.000}");
