namespace ControlPlane.Functions.Router;

/// <summary>What an engine reported of itself, and how many jobs it had from here at that moment.</summary>
internal sealed record LoadSample(DateTimeOffset At, int TotalCores, int TotalTasks, int InFlight)
{
    /// <summary>Free cores now: as reported, less what was sent since.</summary>
    public int FreeCores(int inFlightNow) => TotalCores - TotalTasks - Math.Max(0, inFlightNow - InFlight);
}
