namespace ControlPlane.Functions.Router;

/// <summary>What one router has in hand.</summary>
/// <param name="InFlight">Requests in flight, by backend; those without any are left out.</param>
/// <param name="Lines">Requests that wait, by comma list of tags.</param>
internal sealed record RouterReport(IReadOnlyDictionary<string, int> InFlight, IReadOnlyDictionary<string, LineReport> Lines)
{
    public static RouterReport Empty { get; } = new(new Dictionary<string, int>(), new Dictionary<string, LineReport>());

    public bool IsIdle => InFlight.Count == 0 && Lines.Count == 0;
}

/// <summary>One line of waiting requests.</summary>
internal sealed record LineReport(int Count, TimeSpan OldestWait);
