namespace ControlPlane.Core.Routing;

/// <summary>What a pick looks at, for one candidate.</summary>
/// <param name="InFlight">Jobs it runs now, as this router knows them.</param>
/// <param name="Limit">The most it may run.</param>
/// <param name="Weight">Its share against others, from 1.</param>
/// <param name="FreeCores">Cores without work by its last report, less what was sent since; null when there is no fresh report.</param>
public readonly record struct BackendLoad(int InFlight, int Limit, int Weight, int? FreeCores = null)
{
    /// <summary>Whether it may take one more job.</summary>
    public bool HasRoom => InFlight < Limit;
}
