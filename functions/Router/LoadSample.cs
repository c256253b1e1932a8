namespace ControlPlane.Functions.Router;

/// <summary>What an engine reported of itself, and how many jobs it had from here at that moment.</summary>
internal sealed record LoadSample(DateTimeOffset At, int TotalCores, int TotalTasks, int InFlight)
{
    /// <summary>The memory in use, in the engine's own unit; null when it does not say.</summary>
    public double? UsedMemory { get; init; }

    /// <summary>The memory that there is, in the same unit; null when it does not say.</summary>
    public double? TotalMemory { get; init; }

    /// <summary>The version that it runs; null when its profile does not tell where it says so.</summary>
    public string? Version { get; init; }

    /// <summary>The share of its cores in use, 0 to 1: a task takes a core. Null when it has none.</summary>
    public double? CpuShare => TotalCores > 0 ? Math.Clamp((double)TotalTasks / TotalCores, 0, 1) : null;

    /// <summary>The share of its memory in use, 0 to 1; null when it does not say.</summary>
    public double? MemoryShare => UsedMemory >= 0 && TotalMemory > 0 ? Math.Min(1, UsedMemory.Value / TotalMemory.Value) : null;

    /// <summary>Free cores now: as reported, less what was sent since.</summary>
    public int FreeCores(int inFlightNow) => TotalCores - TotalTasks - Math.Max(0, inFlightNow - InFlight);
}
