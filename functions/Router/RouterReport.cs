using System.Text.Json.Serialization;
using ControlPlane.Functions.Router.Holding;
using ControlPlane.Functions.Router.Outcomes;

namespace ControlPlane.Functions.Router;

/// <summary>What one router has in hand.</summary>
/// <param name="InFlight">Requests in flight, by backend; those without any are left out.</param>
/// <param name="Lines">Requests that wait, by comma list of tags.</param>
internal sealed record RouterReport(IReadOnlyDictionary<string, int> InFlight, IReadOnlyDictionary<string, LineReport> Lines)
{
    public static RouterReport Empty { get; } = new(new Dictionary<string, int>(), new Dictionary<string, LineReport>());

    /// <summary>How long those in flight have run so far, all together, by backend; null from a router that does not say.</summary>
    public IReadOnlyDictionary<string, TimeSpan>? RunTime { get; init; }

    /// <summary>Jobs that have ever ended there, by tag; null from a router that does not say.</summary>
    public IReadOnlyDictionary<string, long>? Finished { get; init; }

    /// <summary>How many of those in flight only read, by backend, without those that have none; null from a router that does not say.</summary>
    public IReadOnlyDictionary<string, int>? Reads { get; init; }

    /// <summary>What each group that is being upgraded has held there, by tag; null from a router that does not say.</summary>
    public IReadOnlyDictionary<string, HoldCount>? Held { get; init; }

    /// <summary>The outcomes of both sides of each of these groups; null from a router that does not say.</summary>
    public IReadOnlyList<SideReport>? Sides { get; init; }

    /// <summary>How old the registry was that the router went by; null from a router that does not say.</summary>
    public TimeSpan? RegistryAge { get; init; }

    /// <summary>The router's name; null for one that was not read from the store.</summary>
    [JsonIgnore]
    public string? Router { get; init; }

    /// <summary>When it was stored; null for one that was not read from the store.</summary>
    [JsonIgnore]
    public DateTimeOffset? At { get; init; }

    /// <summary>The name of a router that had work in hand, should have reported again by now, and has not; null otherwise.</summary>
    [JsonIgnore]
    public string? Overdue { get; init; }

    public bool IsIdle => InFlight.Count == 0 && Lines.Count == 0 && Held is not { Count: > 0 };

    /// <summary>Whether other jobs have ended than at an earlier report.</summary>
    public bool HasFinishedOther(RouterReport earlier) =>
        (Finished?.Values.Sum() ?? 0) != (earlier.Finished?.Values.Sum() ?? 0);

    /// <summary>What still counts of a report that was not renewed: what has ended stays so.</summary>
    /// <param name="overdue">See <see cref="Overdue"/>.</param>
    public RouterReport WithoutWork(string? overdue) => Empty with { Finished = Finished, Sides = Sides, Overdue = overdue };
}

/// <summary>One line of waiting requests.</summary>
internal sealed record LineReport(int Count, TimeSpan OldestWait);
