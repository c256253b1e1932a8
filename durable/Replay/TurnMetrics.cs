using System.Diagnostics.Metrics;

namespace ControlPlane.Durable.Replay;

/// <summary>Counts turns for the meter "ControlPlane.Durable": each is one call of the program, and under Azure Functions is paid for.</summary>
internal static class TurnMetrics
{
    private static readonly Meter Meter = new("ControlPlane.Durable");

    private static readonly Counter<long> Turns = Meter.CreateCounter<long>(
        "controlplane.orchestrator.turns", "{turn}", "Turns of orchestrations, by orchestrator.");

    public static void Count(string orchestrator) => Turns.Add(1, new KeyValuePair<string, object?>("orchestrator", orchestrator));
}
